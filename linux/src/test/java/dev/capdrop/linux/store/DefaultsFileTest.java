package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.capdrop.linux.store.GivenFile.DefaultsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DefaultsFileTest {
    @TempDir Path folder = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("capdrop.conf"), "timeout = 9s\n");
        mode("rw-r--r--");
    }

    private void mode(String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private void refused(Path file, String why) {
        assertThatThrownBy(() -> DefaultsFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot take defaults from '" + file + "': " + why);
    }

    @Test
    void aFileOfRootsOrOursIsRead() throws IOException {
        assertThat(DefaultsFile.read(file)).isEqualTo("timeout = 9s\n");
    }

    @Test
    void whereThereIsNoneThereAreNoDefaults() throws IOException {
        assertThat(DefaultsFile.read(folder.resolve("none"))).isNull();
        assertThat(DefaultsFile.read(folder.resolve("none/capdrop.conf"))).isNull();
    }

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        refused(link, "it is a symbolic link, expected a file of its own");
    }

    @Test
    void whatOthersMayWriteIsRefused() throws IOException {
        for (String mode : new String[] {"rw-rw-r--", "rw-r--rw-"}) {
            mode(mode);
            refused(file, "others than its owner may write to it (chmod 600 it)");
        }
    }

    @Test
    void anotherUsersFileIsRefused() throws IOException {
        assumeThat((Integer) Files.getAttribute(file, "unix:uid")).isZero();
        Files.setAttribute(file, "unix:uid", 4711);
        refused(file, "it belongs to another user (uid 4711)");
    }

    @Test
    void aFifoIsRefusedAtOnce() throws IOException, InterruptedException {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        refused(fifo, "it is no regular file");
        refused(folder, "it is no regular file");
    }

    @Test
    void aFileWithoutEndIsRefused() throws IOException {
        Files.writeString(file, "#".repeat(2 << 20));
        refused(file, "it is larger than 1 MiB");
    }
}
