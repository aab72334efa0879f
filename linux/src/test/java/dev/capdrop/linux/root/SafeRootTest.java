package dev.capdrop.linux.root;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SafeRootTest {
    @TempDir Path host;
    private Path tree;
    private SafeRoot root;

    @BeforeEach
    void plantATree() throws IOException {
        tree = Files.createDirectories(host.resolve("tree"));
        Files.createDirectory(tree.resolve("etc"));
        Files.writeString(host.resolve("secret"), "the host's");
        Files.writeString(tree.resolve("etc/name"), "inside");
        root = SafeRoot.of(tree);
    }

    @AfterEach
    void closeTheRoot() {
        root.close();
    }

    private void link(String name, String target) throws IOException {
        Files.createSymbolicLink(tree.resolve(name), Path.of(target));
    }

    @Test
    void aRegularFileIsRead() throws IOException {
        assertThat(root.readText("/etc/name", 100)).isEqualTo("inside");
        assertThat(root.readText("/etc/../../../etc/name", 100)).isEqualTo("inside");
    }

    @Test
    void onlyASymlinkHasATarget() throws IOException {
        assertThat(root.readlink("/etc/name")).isNull();
        assertThat(root.readlink("/etc")).isNull();
        assertThat(root.readlink("/absent")).isNull();
        assertThat(root.readlink("/etc/name/below")).isNull();
    }

    @Test
    void aPathThatTheKernelCouldNotTakeIsTooLong() {
        assertThatThrownBy(() -> root.stat("/" + "a/".repeat(2048)))
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
    }

    @Test
    void aFileIsReadToItsEndHoweverLongItIs() throws IOException {
        for (int size : new int[] {0, 1, 8191, 8192, 32767, 32768, 100_000}) {
            Files.writeString(tree.resolve("file"), "x".repeat(size));
            assertThat(root.readText("/file", 100_000)).hasSize(size);
        }
    }

    @Test
    void anAbsoluteSymlinkStaysInside() throws IOException {
        link("a", "/etc/name");
        link("b", host.resolve("secret").toString());
        assertThat(root.readText("/a", 100)).isEqualTo("inside");
        assertThat(root.stat("/b")).isNull();
        assertThat(root.readlink("/b")).isEqualTo(host.resolve("secret").toString());
    }

    @Test
    void aSymlinkThatClimbsStaysInside() throws IOException {
        link("up", "../../../../../../../../../.." + host.resolve("secret"));
        link("etc/short", "../../secret");
        assertThat(root.stat("/up")).isNull();
        assertThat(root.stat("/etc/short")).isNull();
    }

    @Test
    void aLoopOfSymlinksEnds() throws IOException {
        link("x", "y");
        link("y", "x");
        assertThatThrownBy(() -> root.read("/x", 100))
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
    }

    @Test
    void aFifoIsNotWaitedFor() throws Exception {
        run("mkfifo", tree.resolve("fifo").toString());
        assertThatThrownBy(() -> root.read("/fifo", 100))
                .isInstanceOf(IOException.class)
                .hasMessage("'/fifo' is not a regular file");
    }

    @Test
    void aDeviceIsNotOpened() throws Exception {
        Path device = tree.resolve("device");
        assumeTrue(
                new ProcessBuilder("mknod", device.toString(), "c", "1", "5").start().waitFor()
                        == 0,
                "needs the right to make a device node");
        assertThatThrownBy(() -> root.read("/device", 100))
                .hasMessage("'/device' is not a regular file");
    }

    @Test
    void aHugeFileIsRefused() throws IOException {
        try (var file = new java.io.RandomAccessFile(tree.resolve("huge").toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertThatThrownBy(() -> root.read("/huge", 1000))
                .hasMessage("'/huge' is larger than 1000 bytes");
    }

    @Test
    void aFileOfExactlyTheLimitIsRead() throws IOException {
        Files.write(tree.resolve("full"), new byte[20_000]);
        assertThat(root.read("/full", 20_000)).hasSize(20_000);
    }

    @Test
    void aDirectoryIsListedUpToALimit() throws IOException {
        for (int i = 0; i < 3000; i++) {
            Files.createFile(tree.resolve("etc/file-with-a-long-name-" + i));
        }
        assertThat(root.list("/etc", 10)).hasSize(10);
        assertThat(root.list("/etc", 9999)).hasSize(3001).contains("name").doesNotContain("..");
    }

    @Test
    void anotherFileSystemIsNotEntered() throws Exception {
        Path mount = Files.createDirectory(tree.resolve("mount"));
        assumeTrue(
                new ProcessBuilder("mount", "-t", "tmpfs", "none", mount.toString())
                                .start()
                                .waitFor()
                        == 0,
                "needs the right to mount");
        try {
            assertThatThrownBy(() -> root.stat("/mount/x"))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
        } finally {
            run("umount", mount.toString());
        }
    }

    @Test
    void aProcessMagicLinksAreNotFollowed() throws Exception {
        try (SafeRoot machine = SafeRoot.of(Path.of("/proc"))) {
            assertThatThrownBy(() -> machine.stat("/self/root/etc"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aStatusHasTheModificationTimeToTheNanosecond() throws IOException {
        Instant time = Instant.ofEpochSecond(1_700_000_000, 123_456_789);
        Files.setLastModifiedTime(tree.resolve("etc/name"), FileTime.from(time));
        FileStatus status = requireNonNull(root.stat("/etc/name"));
        assertThat(status.mtimeNanos()).isEqualTo(1_700_000_000_123_456_789L);
        assertThat(status.regular()).isTrue();
        assertThat(status.size()).isEqualTo(6);
    }

    @Test
    void lstatSeesTheLinkItself() throws IOException {
        link("a", "/etc/name");
        FileStatus status = requireNonNull(root.lstat("/a"));
        assertThat(status.symlink()).isTrue();
    }

    @Test
    void aNulInAPathIsNoShorterPath() {
        assertThatThrownBy(() -> root.read("/etc/name\0x", 100)).isInstanceOf(IOException.class);
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
