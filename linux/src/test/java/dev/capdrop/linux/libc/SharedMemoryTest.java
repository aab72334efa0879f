package dev.capdrop.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
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

    @Test
    void whoTouchesItOnceItIsClosedGetsAnExceptionAndNoSignal() throws IOException {
        int size = SharedMemory.pageSize();
        Path path = Files.write(folder.resolve("page"), new byte[size]);
        ByteBuffer bytes;
        try (Descriptor file =
                        Libc.openat(Descriptor.WORKING_DIRECTORY, path.toString(), Libc.O_RDWR, 0);
                SharedMemory memory = SharedMemory.map(file, size)) {
            bytes = memory.bytes(0, size);
            bytes.put(0, (byte) 1);
            assertThat(Files.readAllBytes(path)[0]).isEqualTo((byte) 1);
        }
        assertThatThrownBy(() -> bytes.get(0)).isInstanceOf(IllegalStateException.class);
    }
}
