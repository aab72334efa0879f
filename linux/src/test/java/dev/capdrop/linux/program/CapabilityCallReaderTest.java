package dev.capdrop.linux.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.ProgramFile.CapabilityCalls.Import;
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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class CapabilityCallReaderTest {
    private static final Path COMPILER = Path.of("/usr/bin/gcc");
    private static final String TEXT =
            """
            extern void *cap_from_text(const char *);
            extern int cap_set_proc(void *);
            int main(void) { return cap_set_proc(cap_from_text("cap_sys_time,CAP_AUDIT_WRITE=ep")); }
            """;

    @TempDir Path tree;

    private ProgramFile.@Nullable CapabilityCalls calls(String path) throws IOException {
        return calls(path, 64 << 20);
    }

    private ProgramFile.@Nullable CapabilityCalls calls(String path, long bytes)
            throws IOException {
        Allowance allowance = new Allowance(Deadline.in(Duration.ofMinutes(1)), bytes);
        try (SafeRoot root = SafeRoot.of(tree);
                Descriptor file = root.openPath(path, 0)) {
            return new CapabilityCallReader(root, allowance).calls(file, path);
        }
    }

    /// Compiled here, for the linker of each release lays programs out in its own way.
    private void compile(String path, String source, String... options) throws IOException {
        assumeTrue(Files.isExecutable(COMPILER), "no compiler");
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Path written = Files.writeString(tree.resolve("source.c"), source);
        List<String> words =
                new ArrayList<>(
                        List.of(
                                COMPILER.toString(),
                                "-w",
                                "-o",
                                file.toString(),
                                written.toString()));
        words.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(out).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /// A library in which these functions are, so that a program can be linked with it.
    private void library(String path, String... functions) throws IOException {
        StringBuilder source = new StringBuilder();
        for (String function : functions) {
            source.append("int ").append(function).append("() { return 0; }\n");
        }
        compile(path, source.toString(), "-shared", "-fPIC");
    }

    @Test
    void aProgramsOwnCallsAreFoundAndWhatItsTextNames() throws IOException {
        library("lib/libcap.so", "cap_from_text", "cap_set_proc");
        compile("usr/sbin/timed", TEXT, tree.resolve("lib/libcap.so").toString());
        assertThat(calls("/usr/sbin/timed"))
                .isEqualTo(
                        new ProgramFile.CapabilityCalls(
                                List.of(
                                        new Import("", "cap_from_text"),
                                        new Import("", "cap_set_proc")),
                                CapabilitySet.of("sys_time", "audit_write")));
    }

    @Test
    void aProgramWithoutSuchCallsHasNone() throws IOException {
        compile("usr/bin/plain", "int main(void) { return puts(\"cap_sys_time\"); }");
        assertThat(calls("/usr/bin/plain")).isEqualTo(ProgramFile.CapabilityCalls.NONE);
    }

    @Test
    void capsetOfTheCLibraryCountsToo() throws IOException {
        compile("usr/sbin/resolver", "int main(void) { return capset(0, 0); }");
        assertThat(calls("/usr/sbin/resolver"))
                .isEqualTo(
                        new ProgramFile.CapabilityCalls(
                                List.of(new Import("", "capset")), CapabilitySet.EMPTY));
    }

    @Test
    void aLibraryInAFolderOfTheProgramsOwnCountsAndOneThatAllShareDoesNot() throws IOException {
        compile("lib/own/libown.so", "int own() { return capset(0, 0); }", "-shared", "-fPIC");
        compile("lib/libshared.so", "int shared() { return capset(0, 0); }", "-shared", "-fPIC");
        compile(
                "usr/lib/routed",
                "int main(void) { return own() + shared(); }",
                "-L" + tree.resolve("lib/own"),
                "-lown",
                "-L" + tree.resolve("lib"),
                "-lshared",
                "-Wl,-rpath,$ORIGIN/../../lib/own");
        assertThat(calls("/usr/lib/routed"))
                .isEqualTo(
                        new ProgramFile.CapabilityCalls(
                                List.of(new Import("libown.so", "capset")), CapabilitySet.EMPTY));
    }

    /// As Bacula's library has it.
    @Test
    void theTextMayStandInSuchALibrary() throws IOException {
        library("lib/libcap.so", "cap_from_text", "cap_set_proc");
        compile(
                "lib/own/libown.so",
                TEXT.replace("main(void)", "own()"),
                "-shared",
                "-fPIC",
                tree.resolve("lib/libcap.so").toString());
        compile(
                "usr/sbin/backup",
                "int main(void) { return own(); }",
                "-L" + tree.resolve("lib/own"),
                "-lown",
                "-L" + tree.resolve("lib"),
                "-Wl,--allow-shlib-undefined",
                "-Wl,-rpath," + "/lib/own");
        ProgramFile.CapabilityCalls calls = Objects.requireNonNull(calls("/usr/sbin/backup"));
        assertThat(calls.imports()).contains(new Import("libown.so", "cap_from_text"));
        assertThat(calls.named()).isEqualTo(CapabilitySet.of("sys_time", "audit_write"));
    }

    @Test
    void aScriptDoesWhatTheProgramsDoThatItNames() throws IOException {
        compile("usr/sbin/resolver", "int main(void) { return capset(0, 0); }");
        Files.createDirectories(tree.resolve("etc/init.d"));
        Files.writeString(
                tree.resolve("etc/init.d/resolver"),
                "#!/bin/sh\nDAEMON=/usr/sbin/resolver\n[ -x $DAEMON ] || exit 0\n");
        assertThat(calls("/etc/init.d/resolver"))
                .isEqualTo(
                        new ProgramFile.CapabilityCalls(
                                List.of(new Import("/usr/sbin/resolver", "capset")),
                                CapabilitySet.EMPTY));
    }

    @Test
    void whatIsNoProgramIsNotKnown() throws IOException {
        Files.writeString(tree.resolve("text"), "no program");
        Files.createFile(tree.resolve("empty"));
        assertThat(calls("/text")).isNull();
        assertThat(calls("/empty")).isNull();
    }

    @Test
    void whatIsTooMuchToReadIsNotKnown() throws IOException {
        compile("usr/sbin/resolver", "int main(void) { return capset(0, 0); }");
        assertThat(calls("/usr/sbin/resolver", 1000)).isNull();
        assertThat(calls("/usr/sbin/resolver", 10_000)).isNotNull();
    }

    /// Whoever owns the container may have written any bytes.
    @Test
    void aProgramThatWasTamperedWithDoesNoHarm() throws IOException {
        library("lib/libcap.so", "cap_from_text", "cap_set_proc");
        compile("program", TEXT, tree.resolve("lib/libcap.so").toString());
        byte[] good = Files.readAllBytes(tree.resolve("program"));
        Random random = new Random(1);
        long[] odd = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, 0x7fffffffL, good.length};
        for (int i = 0; i < 2000; i++) {
            ByteBuffer bad = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
            int end = i % 2 == 0 ? 1024 : good.length;
            for (int change = 0; change <= i % 4; change++) {
                int at = 16 + random.nextInt(end - 24);
                bad.putLong(at / 4 * 4, odd[random.nextInt(odd.length)]);
            }
            Files.write(tree.resolve("bad"), bad.array());
            ProgramFile.CapabilityCalls calls = calls("/bad");
            assertThat(calls == null ? 0 : calls.imports().size()).isLessThan(100);
        }
        for (int length = 0; length < good.length; length += 61) {
            Files.write(tree.resolve("bad"), Arrays.copyOf(good, length));
            ProgramFile.CapabilityCalls calls = calls("/bad");
            assertThat(calls == null ? 0 : calls.imports().size()).isLessThan(100);
        }
    }
}
