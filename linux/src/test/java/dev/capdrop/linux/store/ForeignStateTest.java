package dev.capdrop.linux.store;

import static dev.capdrop.linux.store.JournalEntries.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A state directory into which somebody else could put, or has put, what is not ours: everything
/// that capdrop does with it ends with a sentence that names it.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignStateTest {
    private static final String TARGET = "lxc:c1";

    @TempDir private Path temp;

    private Path state = Path.of("/");
    private FileJournal journal = new FileJournal(state);

    @BeforeEach
    void aJournalWithAnEntry() throws IOException {
        state = temp.resolve("capdrop");
        journal = new FileJournal(state);
        journal.write(entry("a", TARGET));
        journal.lock(TARGET).close();
    }

    /// What a command does with a journal.
    private List<ThrowingCallable> looks() {
        return List.of(
                () -> journal.entries(TARGET),
                () -> journal.targets(),
                () -> journal.write(entry("a", TARGET)));
    }

    @Test
    void aFolderAboveItThatOthersMayRenameInIsRefusedByAll() throws Exception {
        Path above = Files.createDirectories(temp.resolve("above"));
        journal = new FileJournal(above.resolve("below/capdrop"));
        journal.write(entry("a", TARGET));
        Files.setPosixFilePermissions(above, PosixFilePermissions.fromString("rwxrwxrwx"));
        for (ThrowingCallable look : looks()) {
            assertThatThrownBy(look)
                    .hasMessage(
                            "cannot use the state directory '%s': others than root can rename what is in '%s'; --state-dir names another"
                                    .formatted(above.resolve("below/capdrop"), above.toRealPath()));
        }
        Files.setAttribute(above, "unix:mode", 01777);
        assertThat(journal.targets()).containsExactly(TARGET);
    }

    private static void makeFifo(Path path) throws Exception {
        Files.deleteIfExists(path);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "changes", "changes/lxc:c1"})
    void aFolderThatOthersMayWriteToIsRefusedByAll(String folder) throws Exception {
        Files.setPosixFilePermissions(
                state.resolve(folder), PosixFilePermissions.fromString("rwxrwxrwx"));
        String what = folder.isEmpty() ? "it" : "'" + folder + "' in it";
        for (ThrowingCallable look : looks()) {
            assertThatThrownBy(look)
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "cannot use the state directory '"
                                    + state
                                    + "': others than its owner may write to "
                                    + what
                                    + " (chmod 700 it); --state-dir names another");
        }
    }

    @Test
    void theFolderOfLocksIsHeldToTheSameRule() throws Exception {
        Files.setPosixFilePermissions(
                state.resolve("locks"), PosixFilePermissions.fromString("rwxrwx---"));
        assertThatThrownBy(() -> journal.lock(TARGET))
                .hasMessageContaining("others than its owner may write to 'locks' in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "changes", "changes/lxc:c1"})
    void aFolderOfAnotherUserIsRefusedByAll(String folder) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root gives files away");
        Files.setAttribute(state.resolve(folder), "unix:uid", 4321);
        for (ThrowingCallable look : looks()) {
            assertThatThrownBy(look)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(" belongs to another user (uid 4321)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "changes", "changes/lxc:c1"})
    void aLinkInTheWayIsRefusedByAll(String folder) throws Exception {
        Path moved = Files.move(state.resolve(folder), temp.resolve("moved"));
        Files.createSymbolicLink(state.resolve(folder), moved);
        for (ThrowingCallable look : looks()) {
            assertThatThrownBy(look)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(" is a symbolic link, expected a folder of its own");
        }
    }

    @Test
    void anEntryThatOthersMayWriteToIsNotBelieved() throws Exception {
        Path file = state.resolve("changes/lxc:c1/a.json");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(() -> journal.entries(TARGET))
                .hasMessage(
                        "cannot read the journal '"
                                + file
                                + "': others than its owner may write to it (chmod 600 it)");
    }

    @Test
    void anEntryThatNamesAnotherFileIsNotBelieved() throws Exception {
        Path file = state.resolve("changes/lxc:c1/a.json");
        String text = Files.readString(file);
        String forged =
                text.replaceAll("(\"edit\".*\\s*\"path\"\\s*:\\s*)\"[^\"]*\"", "$1\"/etc/other\"");
        assertThat(forged).isNotEqualTo(text);
        Files.writeString(file, forged);
        assertThatThrownBy(() -> journal.entries(TARGET))
                .hasMessage(
                        "cannot use the journal '"
                                + file
                                + "': it names the file '/etc/other', expected the configuration of"
                                + " 'lxc:c1', '/var/lib/lxc/c1/config'");
    }

    @Test
    void anEntryOfAnotherContainerIsNotBelieved() throws Exception {
        journal.write(entry("b", "lxc:c2"));
        Files.move(state.resolve("changes/lxc:c2/b.json"), state.resolve("changes/lxc:c1/b.json"));
        assertThatThrownBy(() -> journal.entries(TARGET))
                .hasMessageEndingWith("it is of 'lxc:c2', expected a change of 'lxc:c1'");
    }

    @Test
    void aFifoAsAnEntryIsNotWaitedFor() throws Exception {
        Path file = state.resolve("changes/lxc:c1/a.json");
        makeFifo(file);
        String sentence = "cannot read the journal '" + file + "': it is no regular file";
        assertThatThrownBy(() -> journal.entries(TARGET)).hasMessage(sentence);
        assertThatThrownBy(() -> journal.write(entry("a", TARGET))).hasMessage(sentence);
    }

    @Test
    void aFifoAsAFolderIsNotWaitedFor() throws Exception {
        Files.delete(state.resolve("changes/lxc:c1/a.json"));
        makeFifo(state.resolve("changes/lxc:c1"));
        List<ThrowingCallable> all = new ArrayList<>(looks());
        all.add(() -> journal.lock(TARGET));
        for (ThrowingCallable look : all) {
            assertThatThrownBy(look)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("'changes/lxc:c1' in it is no folder");
        }
    }

    @Test
    void aFifoAsALockIsNotWaitedFor() throws Exception {
        makeFifo(state.resolve("locks/lxc:c1"));
        assertThatThrownBy(() -> journal.lock(TARGET))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot lock '" + state.resolve("locks/lxc:c1") + "'");
    }
}
