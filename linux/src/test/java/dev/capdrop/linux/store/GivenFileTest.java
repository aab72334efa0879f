package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A file outside capdrop's own folders: what is replaced, and over which ways.
final class GivenFileTest {
    @TempDir private Path temp;
    private Path folder = Path.of("/");
    private Path file = Path.of("/");

    @BeforeEach
    void aFolder() throws IOException {
        temp = temp.toRealPath();
        folder = Files.createDirectory(temp.resolve("folder"));
        file = folder.resolve("file");
    }

    private static void write(Path to, String content) throws IOException {
        try (GivenFile given = GivenFile.at(to)) {
            given.replace(content.getBytes(java.nio.charset.StandardCharsets.UTF_8), 0644);
        }
    }

    private static boolean isReplaceable(Path path) throws IOException {
        try (GivenFile given = GivenFile.at(path)) {
            return given.isReplaceable();
        }
    }

    private static void run(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    private static void give(Path path) throws Exception {
        assumeTrue(Caller.now().uid() == 0, "only root may give a file away");
        run("chown", "--no-dereference", "nobody", path.toString());
    }

    @Test
    void itIsNewOrReplacedWithItsModeAndNothingElseIsLeftBesideIt() throws Exception {
        write(file, "one\n");
        assertThat(file).hasContent("one\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        write(file, "two\n".repeat(1 << 20));
        assertThat(Files.size(file)).isEqualTo(4 << 20);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aFileThatCannotBeReplacedIsLeftAsItWas() throws Exception {
        Files.createDirectories(file.resolve("full"));
        assertThat(isReplaceable(file)).isFalse();
        assertThatThrownBy(() -> write(file, "one\n")).isInstanceOf(IOException.class);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aLinkInItsPlaceIsReplacedAndNotFollowed() throws Exception {
        Path other = Files.writeString(temp.resolve("other"), "other\n");
        Files.createSymbolicLink(file, other);
        assertThat(isReplaceable(file)).isTrue();
        write(file, "one\n");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(other).hasContent("other\n");
    }

    /// With standard output in a file, this link leads to a regular file, too.
    @Test
    void whatLeadsThroughProcOrIsNoRegularFileIsNotReplaced() throws Exception {
        Files.createSymbolicLink(file, Path.of("/proc/self/exe"));
        assertThat(isReplaceable(file)).isFalse();
        Path fifo = folder.resolve("fifo");
        run("mkfifo", fifo.toString());
        assertThat(isReplaceable(fifo)).isFalse();
        Path nowhere = Files.createSymbolicLink(folder.resolve("nowhere"), Path.of("/none/such"));
        assertThat(isReplaceable(nowhere)).isFalse();
        assertThat(isReplaceable(Path.of("/dev/stdout"))).isFalse();
        assertThat(isReplaceable(folder.resolve(".."))).isFalse();
    }

    @Test
    void aFolderThatIsNotThereIsSaidAsTheJdkDoes() {
        assertThatThrownBy(() -> GivenFile.at(folder.resolve("none/file")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> GivenFile.at(Path.of("/")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(
                        () -> GivenFile.at(Files.createFile(temp.resolve("plain")).resolve("file")))
                .isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void ourOwnLinksOnTheWayAreFollowed() throws Exception {
        Files.createSymbolicLink(temp.resolve("relative"), Path.of("./folder/../folder"));
        Files.createSymbolicLink(temp.resolve("absolute"), temp.resolve("relative"));
        write(temp.resolve("absolute/file"), "one\n");
        assertThat(file).hasContent("one\n");
    }

    @Test
    void aLinkOnTheWayThatLeadsToItselfEnds() throws Exception {
        Files.createSymbolicLink(temp.resolve("loop"), Path.of("loop"));
        assertThatThrownBy(() -> GivenFile.at(temp.resolve("loop/file")))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/cwd/file", "/proc/self/root/file"})
    void aLinkOfProcThatIsNoTextIsNotFollowed(String path) {
        assertThatThrownBy(() -> GivenFile.at(Path.of(path)))
                .hasMessageStartingWith("the symbolic link '/proc/")
                .hasMessageContaining(
                        "on its way, which leads where its text does not say, is not followed");
    }

    @Test
    void aLinkOfSomebodyElseOnTheWayIsNotFollowed() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), folder);
        give(link);
        assertThatThrownBy(() -> GivenFile.at(link.resolve("file")))
                .hasMessage(
                        "the symbolic link '%s' on its way, which others than root can replace, is not followed; name the folder that is meant",
                        link);
    }

    @Test
    void aLinkOfRootsInAFolderOfSomebodyElseIsNotFollowed() throws Exception {
        Path theirs = Files.createDirectory(temp.resolve("theirs"));
        Path link = Files.createSymbolicLink(theirs.resolve("link"), folder);
        give(theirs);
        assertThatThrownBy(() -> GivenFile.at(link.resolve("file")))
                .hasMessageContaining("which others than root can replace");
    }

    @Test
    void aLinkInAFolderWhereAllMayRenameIsFollowedUnderTheStickyBitOnly() throws Exception {
        Path all = Files.createDirectory(temp.resolve("all"));
        Path link = Files.createSymbolicLink(all.resolve("link"), folder);
        Files.setAttribute(all, "unix:mode", 0777);
        assertThatThrownBy(() -> GivenFile.at(link.resolve("file")))
                .hasMessageContaining("which others than root can replace");
        Files.setAttribute(all, "unix:mode", 01777);
        write(link.resolve("file"), "one\n");
        assertThat(file).hasContent("one\n");
    }

    @Test
    void aFolderOfSomebodyElseIsWrittenTo() throws Exception {
        give(folder);
        write(file, "one\n");
        assertThat(file).hasContent("one\n");
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(0);
    }

    @Test
    void aLinkOfSomebodyElseInItsPlaceIsReplacedWhereverItLeads() throws Exception {
        Path link = Files.createSymbolicLink(file, Path.of("/proc/self/exe"));
        give(link);
        assertThat(isReplaceable(file)).isTrue();
        write(file, "one\n");
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }
}
