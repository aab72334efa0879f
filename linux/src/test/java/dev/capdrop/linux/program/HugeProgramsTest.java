package dev.capdrop.linux.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.ProgramFile;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Programs that no linker makes: of few bytes, so that a container's root has many, and with much
/// to look at.
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HugeProgramsTest {
    private static final int HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int ENTRY = 16;
    private static final int SYMBOL = 24;
    private static final long NEEDED = 1;
    private static final long HASH = 4;
    private static final long STRINGS = 5;
    private static final long SYMBOLS = 6;
    private static final long STRINGS_SIZE = 10;
    private static final long RUNPATH = 29;

    @TempDir Path tree = Path.of("");

    /// A program that wants these libraries, from these folders, and leaves these symbols
    /// undefined.
    private void program(
            String path, List<String> libraries, List<String> folders, List<String> symbols)
            throws IOException {
        ByteBuffer strings = ByteBuffer.allocate(4 << 20);
        strings.put((byte) 0);
        List<long[]> dynamic = new ArrayList<>();
        libraries.forEach(one -> dynamic.add(new long[] {NEEDED, added(strings, one)}));
        folders.forEach(one -> dynamic.add(new long[] {RUNPATH, added(strings, one)}));
        ByteBuffer table =
                ByteBuffer.allocate(symbols.size() * SYMBOL).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < symbols.size(); i++) {
            table.putInt(i * SYMBOL, (int) added(strings, symbols.get(i)));
        }
        long dynamicAt = HEADER + 2 * SEGMENT;
        long dynamicSize = (dynamic.size() + 4L) * ENTRY;
        long symbolsAt = dynamicAt + dynamicSize;
        long hashAt = symbolsAt + table.capacity();
        long stringsAt = hashAt + 8;
        dynamic.add(new long[] {STRINGS, stringsAt});
        dynamic.add(new long[] {STRINGS_SIZE, strings.position()});
        dynamic.add(new long[] {SYMBOLS, symbolsAt});
        dynamic.add(new long[] {HASH, hashAt});
        int size = (int) stringsAt + strings.position();
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
        file.putLong(32, HEADER).putShort(54, (short) SEGMENT).putShort(56, (short) 2);
        segment(file, HEADER, 1, 0, size);
        segment(file, HEADER + SEGMENT, 2, dynamicAt, dynamicSize);
        for (int i = 0; i < dynamic.size(); i++) {
            file.putLong((int) dynamicAt + i * ENTRY, dynamic.get(i)[0]);
            file.putLong((int) dynamicAt + i * ENTRY + 8, dynamic.get(i)[1]);
        }
        file.put((int) symbolsAt, table.array());
        file.putInt((int) hashAt + 4, symbols.size());
        file.put((int) stringsAt, strings.array(), 0, strings.position());
        Path written = tree.resolve(path);
        Files.createDirectories(written.getParent());
        Files.write(written, file.array());
    }

    private static void segment(ByteBuffer file, int at, int type, long offset, long size) {
        file.putInt(at, type).putLong(at + 8, offset).putLong(at + 16, offset);
        file.putLong(at + 32, size);
    }

    private static long added(ByteBuffer strings, String text) {
        int at = strings.position();
        strings.put(text.getBytes(ISO_8859_1)).put((byte) 0);
        return at;
    }

    private ProgramFile.@Nullable CapabilityCalls calls(String path) throws IOException {
        Allowance allowance = new Allowance(Deadline.in(Duration.ofMinutes(1)), 16 << 20);
        try (SafeRoot root = SafeRoot.of(tree);
                Descriptor file = root.openPath(path, 0)) {
            return new CapabilityCallReader(root, allowance).calls(file, path);
        }
    }

    @Test
    void whatItsOwnLibrariesImportIsFound() throws IOException {
        program("l/one", List.of(), List.of(), List.of("capset", "puts"));
        program("p", List.of("one"), List.of("/l:/l", "/l"), List.of("cap_get_proc"));
        assertThat(calls("/p"))
                .extracting(one -> one == null ? List.of() : one.imports())
                .isEqualTo(
                        List.of(
                                new ProgramFile.CapabilityCalls.Import("", "cap_get_proc"),
                                new ProgramFile.CapabilityCalls.Import("one", "capset")));
    }

    /// Each library in each folder would be four million looks, each with a name that is kept.
    @Test
    void oneThatNamesThousandsOfLibrariesAndOfFoldersIsNotKnown() throws IOException {
        String far = "/" + "x".repeat(200);
        List<String> folders = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            folders.add(far + i);
        }
        List<String> libraries = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            libraries.add("y".repeat(200) + i);
        }
        program("p", libraries, folders, List.of());
        assertThat(calls("/p")).isNull();
    }

    /// A library that is found in a hundred ways would be half a million imports.
    @Test
    void oneWithMoreFunctionsAboutCapabilitiesThanThereAreIsNotKnown() throws IOException {
        List<String> functions = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String digits = Integer.toString(i, 10);
            StringBuilder name = new StringBuilder("cap_");
            digits.chars().forEach(c -> name.append((char) ('a' + c - '0')));
            functions.add(name.toString());
        }
        program("l/one", List.of(), List.of(), functions);
        List<String> folders = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            folders.add("/".repeat(i) + "l");
        }
        program("p", List.of("one"), folders, List.of());
        assertThat(calls("/p")).isEqualTo(ProgramFile.CapabilityCalls.NONE);
        assertThat(calls("/l/one")).isNull();
    }
}
