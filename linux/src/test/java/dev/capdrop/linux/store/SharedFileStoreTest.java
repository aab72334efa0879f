package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.change.ConfigStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SharedFileStoreTest {
    @TempDir private Path temp;

    private Path file = Path.of("");
    private SharedFileStore store = new SharedFileStore(Path.of(""));

    @BeforeEach
    void aFileInAFolderThatIsMissing() {
        file = temp.resolve("userns.conf.d/capdrop.conf");
        store = new SharedFileStore(temp.resolve("locks"));
    }

    @Test
    void theFileAndItsFolderAreMadeForEverybodyToRead() throws IOException {
        assertThat(store.read(file.toString())).isEmpty();
        store.replace(file.toString(), "", "lxc.cap.drop = kill\n");
        assertThat(store.read(file.toString())).isEqualTo("lxc.cap.drop = kill\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwxr-xr-x");
        assertThat(members()).containsExactly("capdrop.conf");
    }

    @Test
    void aFolderThatAKilledProcessHasHalfMadeIsMadeAnew() throws IOException {
        Path half = temp.resolve(".userns.conf.d.capdrop-tmp");
        Files.createDirectory(half);
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwx------"));
        store.replace(file.toString(), "", "a\n");
        assertThat(half).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void anEmptyContentRemovesIt() throws IOException {
        store.replace(file.toString(), "", "a\n");
        store.replace(file.toString(), "a\n", "b\n");
        Files.writeString(file.resolveSibling(".capdrop.conf.capdrop-tmp"), "left by a killed one");
        store.replace(file.toString(), "b\n", "");
        assertThat(members()).isEmpty();
        store.replace(file.toString(), "", "");
        assertThat(store.read(file.toString())).isEmpty();
    }

    @Test
    void aFolderGoesOnlyWhenItIsOneAndEmpty() throws IOException {
        Path folder = Objects.requireNonNull(file.getParent());
        store.removeEmptyFolder(file.toString());
        store.replace(file.toString(), "", "a\n");
        store.removeEmptyFolder(file.toString());
        assertThat(file).exists();
        store.replace(file.toString(), "a\n", "");
        Files.writeString(file.resolveSibling(".capdrop.conf.capdrop-tmp"), "left by a killed one");
        Path half = Files.createDirectory(temp.resolve(".userns.conf.d.capdrop-tmp"));
        store.removeEmptyFolder(file.toString());
        assertThat(folder).doesNotExist();
        assertThat(half).doesNotExist();
        Path theirs = Files.createDirectory(temp.resolve("theirs"));
        Files.createSymbolicLink(folder, theirs);
        store.removeEmptyFolder(file.toString());
        assertThat(folder).isSymbolicLink();
    }

    @Test
    void whatSomebodyElseWroteIsNeitherOverwrittenNorRemoved() throws IOException {
        Files.createDirectory(file.getParent());
        Files.writeString(file, "theirs\n");
        for (String expected : List.of("", "ours\n")) {
            assertThatThrownBy(() -> store.replace(file.toString(), expected, ""))
                    .isInstanceOf(ConfigStore.ChangedException.class);
        }
        assertThatThrownBy(() -> store.replace(file.toString(), "", "ours\n"))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(file).hasContent("theirs\n");
        assertThat(members()).containsExactly("capdrop.conf");
    }

    @Test
    void withoutLxcsOwnFolderNothingIsMade() {
        Path lost = temp.resolve("no/such/userns.conf.d/capdrop.conf");
        assertThatThrownBy(() -> store.replace(lost.toString(), "", "x\n"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "cannot write '%s': '%s' does not exist; nothing was written"
                                .formatted(lost, temp.resolve("no/such")));
        assertThat(temp.resolve("no")).doesNotExist();
    }

    @Test
    void aFolderThatIsAFileIsSaidInOneSentence() throws IOException {
        Files.writeString(file.getParent(), "");
        assertThatThrownBy(() -> store.replace(file.toString(), "", "x\n"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot write '" + file + "': ")
                .hasMessageEndingWith("; nothing was written");
    }

    private List<String> members() throws IOException {
        try (Stream<Path> all = Files.list(file.getParent())) {
            return all.map(one -> one.getFileName().toString()).toList();
        }
    }
}
