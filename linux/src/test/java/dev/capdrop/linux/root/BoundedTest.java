package dev.capdrop.linux.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile.Bounded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BoundedTest {
    @TempDir Path folder;

    private Descriptor holding(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("file"), bytes);
        return Libc.openat(Descriptor.WORKING_DIRECTORY, file.toString(), Libc.O_RDONLY, 0);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /// One call reads 32,768 bytes at most.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 65_536, 140_000, 1_000_001})
    void aFileIsReadWholeUpToTheLimitWhateverSizeIsStated(int length) throws IOException {
        byte[] bytes = bytes(length);
        for (long stated : new long[] {0, length, 1L << 40}) {
            for (int limit : new int[] {length, length + 1, 2_000_000}) {
                try (Descriptor file = holding(bytes)) {
                    assertThat(Bounded.readOrNothing(file, limit, stated)).isEqualTo(bytes);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 32_769, 140_000})
    void whatIsLongerIsNot(int length) throws IOException {
        try (Descriptor file = holding(bytes(length))) {
            assertThatIOException()
                    .isThrownBy(() -> Bounded.read(file, "file", length - 1))
                    .withMessage("'file' is larger than %d bytes", length - 1);
        }
    }
}
