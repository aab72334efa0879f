package dev.capdrop.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SharedMemoryTest {
    @TempDir private Path folder;

    @Test
    void aRefusalTellsTheKernelsOwnReason() throws IOException {
        Path path = Files.writeString(folder.resolve("file"), "text");
        try (Descriptor readOnly =
                Libc.openat(Descriptor.WORKING_DIRECTORY, path.toString(), Libc.O_RDONLY, 0)) {
            assertThatThrownBy(() -> SharedMemory.map(readOnly, SharedMemory.pageSize()))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EACCES));
        }
        try (Descriptor directory =
                Libc.openat(Descriptor.WORKING_DIRECTORY, folder.toString(), Libc.O_RDONLY, 0)) {
            assertThatThrownBy(() -> SharedMemory.map(directory, SharedMemory.pageSize()))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EACCES));
            assertThatThrownBy(() -> SharedMemory.map(directory, 0))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            refused -> assertThat(refused.errno()).isEqualTo(Errno.EINVAL));
        }
    }
}
