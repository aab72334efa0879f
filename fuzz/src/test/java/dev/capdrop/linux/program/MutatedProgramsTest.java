package dev.capdrop.linux.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.Mutator;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Programs that this machine's compiler made: with the old and the new table of symbols, without
/// section headers, of 32 bits, and one of which all numbers of the header are turned round.
@Timeout(600)
final class MutatedProgramsTest {
    private static final int PROGRAMS = 20_000;
    private static final long ALLOWED = 64 << 20;

    /// What is allowed is read in pieces of 8 MiB at most, of which the text is a copy.
    private static final long MOST_BYTES = 4 * ALLOWED;

    private static final String TEXT =
            """
            extern void *cap_from_text(const char *);
            extern int cap_set_proc(void *);
            int main(void) { return cap_set_proc(cap_from_text("cap_sys_time,CAP_AUDIT_WRITE=ep")); }
            """;

    @TempDir Path tree = Path.of("");
    private final List<byte[]> good = new ArrayList<>();

    @BeforeEach
    void compileAll() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "no compiler");
        compiled("int cap_from_text() { return 0; } int cap_set_proc() { return 0; }", "-shared");
        Files.move(tree.resolve("out"), tree.resolve("libcap.so"));
        String cap = tree.resolve("libcap.so").toString();
        for (String style : List.of("sysv", "gnu", "both")) {
            good.add(
                    compiled(
                            TEXT,
                            cap,
                            "-Wl,--hash-style=" + style,
                            "-Wl,-rpath,$ORIGIN/../own:/own"));
        }
        byte[] bare = good.getFirst().clone();
        // no section headers
        ByteBuffer.wrap(bare).order(ByteOrder.LITTLE_ENDIAN).putLong(40, 0).putShort(60, (short) 0);
        good.add(bare);
        byte[] small = compiled("int f() { return 0; }", "-m32", "-nostdlib", "-shared");
        good.add(small);
        good.add(turned(good.getFirst()));
        good.add(turned(small));
    }

    private byte[] compiled(String source, String... options) throws IOException {
        Path written = Files.writeString(tree.resolve("source.c"), source);
        List<String> words = new ArrayList<>(List.of("gcc", "-w", "-fPIC", "-o", "out"));
        words.add(written.toString());
        words.addAll(List.of(options));
        try {
            Process process =
                    new ProcessBuilder(words)
                            .directory(tree.toFile())
                            .redirectErrorStream(true)
                            .start();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(out).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return Files.readAllBytes(tree.resolve("out"));
    }

    /// The same header in the other byte order.
    private static byte[] turned(byte[] file) {
        byte[] turned = file.clone();
        turned[5] = 2;
        ByteBuffer from = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer to = ByteBuffer.wrap(turned).order(ByteOrder.BIG_ENDIAN);
        boolean wide = file[4] == 2;
        for (int at : wide ? new int[] {24, 32, 40} : new int[] {24, 28, 32}) {
            if (wide) {
                to.putLong(at, from.getLong(at));
            } else {
                to.putInt(at, from.getInt(at));
            }
        }
        for (int at = wide ? 52 : 40; at < (wide ? 64 : 52); at += 2) {
            to.putShort(at, from.getShort(at));
        }
        return turned;
    }

    /// Of each three changed where what is read begins, one anywhere.
    private byte[] mutated(Mutator mutator) {
        byte[] bytes = mutator.oneOf(good).clone();
        int tables = tables(bytes);
        for (int change = mutator.below(4); change > 0; change--) {
            int at = mutator.below(3) == 0 ? tables + mutator.below(512) : mutator.below(1024);
            mutator.put(
                    bytes, Math.min(at / 4 * 4, bytes.length - 8), mutator.number(bytes.length));
        }
        return mutator.below(4) == 0 ? mutator.bytes(bytes) : bytes;
    }

    /// Where the dynamic section of a file of 64 bits is.
    private static int tables(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int header = 0;
                header < bytes.getShort(56) && file[4] == 2 && file[5] == 1;
                header++) {
            int at = 64 + header * 56;
            if (at + 56 < file.length && bytes.getInt(at) == 2) {
                return (int) bytes.getLong(at + 8);
            }
        }
        return 0;
    }

    @Test
    void twentyThousandProgramsAreKnownOrNot() throws IOException {
        Path file = tree.resolve("program");
        Campaign campaign = new Campaign("programs (ELF)", IOException.class, MOST_BYTES);
        try (SafeRoot root = SafeRoot.of(tree)) {
            for (byte[] bytes : good.subList(0, 4)) {
                Files.write(file, bytes);
                assertThat(calls(root)).isEqualTo(2);
            }
            campaign.run(
                    PROGRAMS,
                    this::mutated,
                    bytes -> {
                        Files.write(file, bytes);
                        assertThat(calls(root)).isLessThan(500);
                    });
        }
        campaign.report();
    }

    private static int calls(SafeRoot root) throws IOException {
        Allowance allowance = new Allowance(Deadline.in(Duration.ofMinutes(1)), ALLOWED);
        try (Descriptor file = root.openPath("/program", 0)) {
            ProgramFile.CapabilityCalls calls =
                    new CapabilityCallReader(root, allowance).calls(file, "/program");
            if (calls == null) {
                throw new IOException("not known");
            }
            return calls.imports().size();
        }
    }
}
