package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.change.ConfigStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileConfigStoreTest {
    @TempDir private Path temp;

    private Path folder = Path.of("/");
    private Path config = Path.of("/");
    private FileConfigStore store = new FileConfigStore();

    @BeforeEach
    void aContainersFolder() throws IOException {
        folder = Files.createDirectories(temp.resolve("lxc/c1"));
        config = Files.writeString(folder.resolve("config"), "old\n");
        store = new FileConfigStore(temp.resolve("lock"), Duration.ofMillis(200));
    }

    @AfterEach
    void noTemporaryFileIsLeft() throws IOException {
        if (Files.isDirectory(folder)) {
            assertThat(names(folder)).noneMatch(name -> name.contains("capdrop"));
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> String.valueOf(path.getFileName())).sorted().toList();
        }
    }

    private static boolean root() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static void run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(process.waitFor()).as("status of %s", List.of(command)).isZero();
    }

    @Test
    void theFileIsReplacedAsAWhole() throws Exception {
        store.replace(config.toString(), "old\n", "new\r\n\u00ff");
        assertThat(Files.readAllBytes(config)).isEqualTo(new byte[] {'n', 'e', 'w', 13, 10, -1});
        assertThat(store.read(config.toString())).isEqualTo("new\r\n\u00ff");
    }

    @Test
    void aFileThatSomebodyChangedIsNotWritten() throws Exception {
        Files.writeString(config, "other\n");
        assertThatThrownBy(() -> store.replace(config.toString(), "old\n", "new\n"))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(Files.readString(config)).isEqualTo("other\n");
    }

    @Test
    void aChangeBetweenTheFirstLookAndTheRenameIsNoticed() throws Exception {
        DurableFile file = new DurableFile(config);
        assertThatThrownBy(() ->
                        file.replace(
                                new byte[0],
                                path -> Files.copy(config, path),
                                _ -> {
                                    throw new ConfigStore.ChangedException("c");
                                }))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(Files.readString(config)).isEqualTo("old\n");
    }

    @Test
    void modeOwnerAndExtendedAttributesAreKept() throws Exception {
        assumeTrue(root(), "only root may give a file away");
        assumeTrue(
                Files.getFileStore(config)
                        .supportsFileAttributeView(UserDefinedFileAttributeView.class),
                "this file system knows no extended attributes");
        Files.setAttribute(config, "unix:mode", 0640);
        Files.setAttribute(config, "unix:uid", 1234);
        Files.setAttribute(config, "unix:gid", 4321);
        attributes(config).write("origin", ByteBuffer.wrap(new byte[] {1, 2}));
        store.replace(config.toString(), "old\n", "new\n");
        assertThat(ids(config)).containsEntry("uid", 1234).containsEntry("gid", 4321);
        assertThat((Integer) Files.getAttribute(config, "unix:mode") & 07777).isEqualTo(0640);
        assertThat(attributes(config).list()).containsExactly("origin");
    }

    @Test
    void whatIsInAFolderOfAUserOfTheHostIsNotWritten() throws Exception {
        assumeTrue(root(), "only root may give a file away");
        Path folder = Files.createDirectory(temp.resolve("theirs"));
        Path below = Files.createDirectory(folder.resolve("below"));
        Path file = Files.writeString(below.resolve("config"), "old\n");
        run("chown", "daemon", folder.toString());
        Path link = Files.createSymbolicLink(temp.resolve("link"), file);
        for (Path named : List.of(file, link)) {
            assertThatThrownBy(() -> store.replace(named.toString(), "old\n", "new\n"))
                    .hasMessageStartingWith(
                            "'" + file + "' is in a folder of the user 'daemon', who could");
        }
        Files.setAttribute(folder, "unix:uid", 1234);
        store.replace(file.toString(), "old\n", "new\n");
        Files.setAttribute(folder, "unix:uid", 0);
        Files.setAttribute(folder, "unix:mode", 0777);
        assertThatThrownBy(() -> store.replace(file.toString(), "new\n", "old\n"))
                .hasMessageContaining("is in a folder in which every user can rename");
        assertThat(file).hasContent("new\n");
    }

    @Test
    void whatAUserOfTheHostHasPutThereIsNotWritten() throws Exception {
        assumeTrue(root(), "only root may give a file away");
        Path elsewhere = Files.writeString(temp.resolve("elsewhere"), "old\n");
        Files.delete(config);
        Files.createSymbolicLink(config, elsewhere);
        run("chown", "--no-dereference", "daemon", config.toString());
        assertThatThrownBy(() -> store.replace(config.toString(), "old\n", "new\n"))
                .hasMessageStartingWith("'" + config + "' belongs to the user 'daemon'")
                .hasMessageEndingWith("nothing was written");
        assertThat(Files.readString(elsewhere)).isEqualTo("old\n");
    }

    @Test
    void accessControlListsAreKept() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/setfacl")),
                "setfacl is not installed (Debian package 'acl')");
        run("/usr/bin/setfacl", "-m", "u:1234:r", config.toString());
        String before = output("/usr/bin/getfacl", "-cp", config.toString());
        assertThat(before).contains("user:1234:r--");
        store.replace(config.toString(), "old\n", "new\n");
        assertThat(output("/usr/bin/getfacl", "-cp", config.toString())).isEqualTo(before);
    }

    private static String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static UserDefinedFileAttributeView attributes(Path file) {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    }

    private static Map<String, Object> ids(Path file) throws IOException {
        return new TreeMap<>(Files.readAttributes(file, "unix:uid,gid"));
    }

    @Test
    void aLinkStaysALinkAndWhatItLeadsToIsReplaced() throws Exception {
        Path real = Files.move(config, Files.createDirectory(temp.resolve("git")).resolve("c1"));
        Files.createSymbolicLink(config, Path.of("../../git/c1"));
        store.replace(config.toString(), "old\n", "new\n");
        assertThat(Files.isSymbolicLink(config)).isTrue();
        assertThat(Files.readString(real)).isEqualTo("new\n");
        assertThat(names(temp.resolve("git"))).containsExactly("c1");
    }

    @Test
    void whatAKilledProcessLeftIsOverwritten() throws Exception {
        Files.writeString(folder.resolve(".config.capdrop-tmp"), "half");
        store.replace(config.toString(), "old\n", "new\n");
        assertThat(names(folder)).containsExactly("config");
    }

    @Test
    void theLockIsTheOneThatLiblxcTakes() throws Exception {
        Path lock = temp.resolve("lock" + temp + "/lxc/.c1");
        try (LockFile _ = locked(lock)) {
            assertThatThrownBy(() -> store.replace(config.toString(), "old\n", "new\n"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has been locked for 0 s by another program")
                    .hasMessageContaining(lock.toString());
        }
        store.replace(config.toString(), "old\n", "new\n");
        assertThat(Files.readString(config)).isEqualTo("new\n");
    }

    private static LockFile locked(Path lock) throws IOException {
        Files.createDirectories(Objects.requireNonNull(lock.getParent()));
        return Objects.requireNonNull(LockFile.tryTake(lock));
    }

    @Test
    void liblxcItselfWaitsForTheLock() throws Exception {
        Path info = Path.of("/usr/bin/lxc-info");
        assumeTrue(root() && Files.isExecutable(info), "needs root and an installed lxc");
        Files.writeString(config, "lxc.uts.name = c1\n");
        String path = Objects.requireNonNull(folder.getParent()).toString();
        String[] command = {info.toString(), "--name=c1", "--lxcpath=" + path, "--state"};
        Path lock = Path.of("/run/lxc/lock" + path, ".c1");
        Process waiting;
        try (LockFile _ = locked(lock)) {
            waiting =
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            assertThat(waiting.waitFor(500, TimeUnit.MILLISECONDS)).as("lxc-info ended").isFalse();
        }
        assertThat(waiting.waitFor(60, TimeUnit.SECONDS)).as("lxc-info ended").isTrue();
        assertThat(waiting.exitValue()).isZero();
        Files.delete(lock);
        Files.delete(Path.of("/run/lxc/lock" + path));
        Files.delete(Path.of("/run/lxc/lock" + temp));
    }

    @Test
    void aMissingFileIsASentence() {
        String path = folder + "/nothing";
        assertThatThrownBy(() -> store.replace(path, "", "new\n"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot write '" + path + "': ")
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> store.read(path)).hasMessageContaining("does not exist");
    }

    @Test
    void whatIsNoRegularFileIsNotRead() throws Exception {
        run("mkfifo", folder + "/fifo");
        assertThatThrownBy(() -> store.read(folder + "/fifo"))
                .hasMessage("cannot read '" + folder + "/fifo': it is no regular file");
    }

    @Test
    void aFullDiskIsASentenceAndTheOldFileStays() throws Exception {
        assumeTrue(root(), "only root may mount a small tmpfs");
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString());
        try {
            Files.writeString(config, "old\n");
            fill(folder.resolve("ballast"));
            assertThatThrownBy(() -> store.replace(config.toString(), "old\n", "n".repeat(9000)))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "cannot write '"
                                    + config
                                    + "': No space left on device (make room there); the file is"
                                    + " unchanged");
            assertThat(Files.readString(config)).isEqualTo("old\n");
            assertThat(names(folder)).containsExactly("ballast", "config");
        } finally {
            run("umount", folder.toString());
        }
    }

    /// Leaves one page: enough for the copy of the small file, too little for the large one.
    private static void fill(Path ballast) throws IOException {
        Files.write(ballast, new byte[(64 << 10) - (2 * 4096)]);
    }

    @Test
    void aReadOnlyFileSystemIsASentence() throws Exception {
        assumeTrue(root(), "only root may mount read-only");
        run("mount", "--bind", folder.toString(), folder.toString());
        try {
            run("mount", "-o", "remount,bind,ro", folder.toString());
            assertThatThrownBy(() -> store.replace(config.toString(), "old\n", "new\n"))
                    .hasMessageContaining("Read-only file system (remount it writable)")
                    .hasMessageEndingWith("; the file is unchanged");
        } finally {
            run("umount", folder.toString());
        }
    }

    @Test
    void anImmutableFileIsASentence() throws Exception {
        assumeTrue(root(), "only root may make a file immutable");
        assumeTrue(
                new ProcessBuilder("chattr", "+i", config.toString()).start().waitFor() == 0,
                "this file system knows no immutable files");
        try {
            assertThatThrownBy(() -> store.replace(config.toString(), "old\n", "new\n"))
                    .hasMessageContaining("Operation not permitted (lsattr tells")
                    .hasMessageEndingWith("; the file is unchanged");
            assertThat(Files.readString(config)).isEqualTo("old\n");
        } finally {
            run("chattr", "-i", config.toString());
        }
    }

    @Test
    void anInterruptedThreadStillWrites() throws Exception {
        Thread.currentThread().interrupt();
        store.replace(config.toString(), "old\n", "new\n");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(config, StandardCharsets.US_ASCII)).isEqualTo("new\n");
    }
}
