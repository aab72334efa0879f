package dev.capdrop.linux.store;

import static dev.capdrop.linux.store.JournalEntries.AT;
import static dev.capdrop.linux.store.JournalEntries.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileJournalTest {
    @TempDir private Path temp;

    private Path state = Path.of("/");
    private FileJournal journal = new FileJournal(state);

    @BeforeEach
    void anEmptyJournal() {
        state = temp.resolve("capdrop");
        journal = new FileJournal(state);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aJournalThatWasNeverWrittenIsEmptyAndMakesNothing() throws Exception {
        assertThat(journal.entries("lxc:c1")).isEmpty();
        assertThat(state).doesNotExist();
    }

    @Test
    void whatIsWrittenIsReadOldestFirst() throws Exception {
        JournalEntry first = entry("a", "lxc:c1");
        JournalEntry second = entry("Z", "lxc:c1", AT.plusMillis(1));
        journal.write(second);
        journal.write(first);
        journal.write(entry("b", "lxc:c2"));
        assertThat(journal.entries("lxc:c1")).containsExactly(first, second);
    }

    @Test
    void theTargetsAreKnownByTheirFolders() throws Exception {
        assertThat(journal.targets()).isEmpty();
        String odd = "lxc:..\u00e4 /%41";
        String endless = "lxc:" + "x".repeat(300);
        for (String target : List.of("pve:101", odd, endless)) {
            journal.write(entry("a", target));
        }
        Files.createDirectory(state.resolve("changes/%zz"));
        assertThat(journal.targets()).containsExactly(odd, endless, "pve:101");
    }

    @Test
    void whatIsRemovedIsGoneAndTheRestStays() throws Exception {
        JournalEntry first = entry("a", "lxc:c1");
        JournalEntry second = entry("b", "lxc:c1");
        journal.write(first);
        journal.write(second);
        journal.remove(first);
        journal.remove(first);
        assertThat(journal.entries("lxc:c1")).containsExactly(second);
    }

    @Test
    void anEntryIsReadByPeopleLineByLine() throws Exception {
        journal.write(entry("a", "lxc:c1").with(JournalEntry.Phase.UNDONE, "taken back"));
        assertThat(Files.readAllLines(state.resolve("changes/lxc:c1/a.json")))
                .contains(
                        "  \"target\" : \"lxc:c1\",",
                        "  \"phase\" : \"undone\",",
                        "  \"outcome\" : \"taken back\",",
                        "    \"path\" : \"/var/lib/lxc/c1/config\",");
    }

    @Test
    void whoListensHearsOfEachChangeWhenItComesToRestAndNotBefore() throws Exception {
        List<String> told = new ArrayList<>();
        journal = new FileJournal(state, one -> told.add(one.phase() + " " + one.outcome()));
        JournalEntry entry = entry("a", "lxc:c1").with(JournalEntry.Phase.WRITING, "");
        journal.write(entry);
        journal.write(entry.with(JournalEntry.Phase.RESTARTING, ""));
        assertThat(told).isEmpty();
        journal.write(entry.with(JournalEntry.Phase.APPLIED, "better"));
        journal.write(entry.with(JournalEntry.Phase.APPLIED, "better, still"));
        journal.write(entry.with(JournalEntry.Phase.UNDOING, ""));
        journal.write(entry.with(JournalEntry.Phase.UNDONE, "taken back"));
        assertThat(told).containsExactly("APPLIED better", "UNDONE taken back");
    }

    @Test
    void writingTheSameIdReplacesTheEntry() throws Exception {
        JournalEntry entry = entry("a", "lxc:c1");
        journal.write(entry);
        JournalEntry next = entry.with(JournalEntry.Phase.APPLIED, "Done.");
        journal.write(next);
        assertThat(journal.entries("lxc:c1")).containsExactly(next);
    }

    /// The restart of a container that is planned only, and that has its turn then.
    @Test
    void ofAContainerThatIsNotLookedAtYetTheStateBeforeIsWrittenLater() throws Exception {
        JournalEntry looked = entry("a", "lxc:c1");
        JournalEntry planned =
                new JournalEntry(
                        looked.id(),
                        looked.target(),
                        looked.at(),
                        JournalEntry.Phase.WRITING,
                        new JournalEntry.Asked(looked.drop(), Set.of()),
                        looked.edit(),
                        Snapshot.of(AT, looked.before().container(), looked.before().host()),
                        "");
        journal.write(planned);
        assertThat(journal.entries("lxc:c1")).containsExactly(planned);
        journal.write(looked);
        assertThat(journal.entries("lxc:c1")).containsExactly(looked);
    }

    @Test
    void anotherChangesIdIsRefused() throws Exception {
        journal.write(entry("a", "lxc:c1"));
        assertThatThrownBy(() -> journal.write(entry("a", "lxc:c1", AT.plusNanos(1))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to another change");
    }

    @Test
    void fieldsOfANewerCapdropSurviveAStep() throws Exception {
        JournalEntry entry = entry("a", "lxc:c1");
        journal.write(entry);
        Path file = state.resolve("changes/lxc:c1/a.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"by\":1,"));
        journal.write(entry.with(JournalEntry.Phase.UNDONE, ""));
        assertThat(file).content().contains("\"by\" : 1", "\"undone\"");
    }

    @Test
    void nobodyElseCanReadIt() throws Exception {
        journal.write(entry("a", "lxc:c1"));
        assertThat(mode(state)).isEqualTo("rwx------");
        assertThat(mode(state.resolve("changes/lxc:c1"))).isEqualTo("rwx------");
        assertThat(mode(state.resolve("changes/lxc:c1/a.json"))).isEqualTo("rw-------");
    }

    @Test
    void halfWrittenFilesOfAKilledProcessAreNoEntries() throws Exception {
        JournalEntry entry = entry("a", "lxc:c1");
        journal.write(entry);
        Files.writeString(state.resolve("changes/lxc:c1/.b.json.capdrop-tmp"), "{\"sch");
        Files.writeString(state.resolve("changes/lxc:c1/.a.json.capdrop-tmp"), "{\"sch");
        assertThat(journal.entries("lxc:c1")).containsExactly(entry);
        journal.write(entry);
        assertThat(journal.entries("lxc:c1")).containsExactly(entry);
    }

    @Test
    void aDamagedEntryIsNamedNotSkipped() throws Exception {
        journal.write(entry("a", "lxc:c1"));
        Files.writeString(state.resolve("changes/lxc:c1/a.json"), "{");
        assertThatThrownBy(() -> journal.entries("lxc:c1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("changes/lxc:c1/a.json' ends in the middle");
    }

    @Test
    void idsOfOneMillisecondDifferAndSortInOrder() throws Exception {
        for (int i = 0; i < 12; i++) {
            String id = journal.newId(AT, "lxc:c1");
            journal.write(entry(id, "lxc:c1"));
        }
        assertThat(journal.entries("lxc:c1"))
                .extracting(JournalEntry::id)
                .startsWith(
                        "20261125T101500.123Z-c1",
                        "20261125T101500.123Z-c1+2",
                        "20261125T101500.123Z-c1+3")
                .endsWith("20261125T101500.123Z-c1+12");
    }

    @Test
    void noTargetsNameLeadsOutOfTheFolder() throws Exception {
        for (String name : new String[] {"..", "../x", "/etc", "", ".", "a/b", "\u00e4\n"}) {
            String target = "lxc:" + name;
            String id = journal.newId(AT, target);
            journal.write(entry(id, target));
            assertThat(journal.entries(target)).hasSize(1);
        }
        String tooLong = "lxc:" + "n".repeat(5000);
        journal.write(entry(journal.newId(AT, tooLong), tooLong));
        assertThat(journal.entries(tooLong)).hasSize(1);
        assertThat(temp).isDirectoryNotContaining("glob:**/x");
        assertThatThrownBy(() -> journal.write(entry("../a", "lxc:c1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Nobody takes the lock to see whether it is free: that would keep others from it.
    @Test
    void whoChangesATargetRightNowIsToldAndNotWhoWasKilledAtIt() throws Exception {
        assertThat(journal.holder("lxc:c1")).isEmpty();
        try (Journal.Lock _ = journal.lock("lxc:c1")) {
            assertThat(journal.holder("lxc:c1"))
                    .isEqualTo(Long.toString(ProcessHandle.current().pid()));
            assertThat(journal.holder("lxc:c2")).isEmpty();
        }
        assertThat(journal.holder("lxc:c1")).isEmpty();
        Process other =
                new ProcessBuilder(
                                "perl",
                                "-MFcntl",
                                "-e",
                                "$| = 1; sysopen(F, $ARGV[0], O_RDWR) or die;"
                                        + " my $lock = pack('s s x4 q q l x4', F_WRLCK, 0, 0, 0, 0);"
                                        + " fcntl(F, F_SETLK, $lock) or die;"
                                        + " truncate(F, 0); syswrite(F, qq($$\\n)); print qq(locked\\n); sleep 600",
                                state.resolve("locks/lxc:c1").toString())
                        .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");
            assertThat(journal.holder("lxc:c1")).isEqualTo(Long.toString(other.pid()));
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(journal.holder("lxc:c1")).isEmpty();
        journal.lock("lxc:c1").close();
    }

    @Test
    void theLockIsRefusedNamingTheProcess() throws Exception {
        try (Journal.Lock _ = journal.lock("lxc:c1")) {
            assertThatThrownBy(() -> journal.lock("lxc:c1"))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "another capdrop (process "
                                    + ProcessHandle.current().pid()
                                    + ") is changing 'lxc:c1'; wait for it");
            journal.lock("lxc:c2").close();
        }
        journal.lock("lxc:c1").close();
    }

    @Test
    void aStateDirectoryThatOthersMayWriteToIsRefused() throws Exception {
        Files.createDirectories(state);
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> journal.write(entry("a", "lxc:c1")))
                .hasMessageContaining("others than its owner may write to it (chmod 700 it)");
    }

    @Test
    void aStateDirectoryThatCannotBeMadeIsASentence() throws Exception {
        Files.writeString(temp.resolve("file"), "");
        FileJournal blocked = new FileJournal(temp.resolve("file/state"));
        assertThatThrownBy(() -> blocked.lock("lxc:c1"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot use the state directory '" + temp + "/file/state'")
                .hasMessageEndingWith("; --state-dir names another");
    }

    @Test
    void aFullDiskIsASentenceAndTheOldEntryStays() throws Exception {
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root may mount a small tmpfs");
        Files.createDirectories(state);
        run("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", state.toString());
        try {
            JournalEntry entry = entry("a", "lxc:c1");
            journal.write(entry);
            JournalEntry large = entry.with(JournalEntry.Phase.APPLIED, "x".repeat(70_000));
            assertThatThrownBy(() -> journal.write(large))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot write the journal '" + state)
                    .hasMessageEndingWith("': No space left on device (make room there)");
            assertThat(journal.entries("lxc:c1")).containsExactly(entry);
            try (Stream<Path> left = Files.list(state.resolve("changes/lxc:c1"))) {
                assertThat(left).hasSize(1);
            }
        } finally {
            run("umount", state.toString());
        }
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
    void aReadOnlyStateDirectoryIsASentence() {
        assumeTrue(Files.isDirectory(Path.of("/proc/sys")), "no /proc/sys here");
        assertThatThrownBy(() -> new FileJournal(Path.of("/proc/sys")).lock("lxc:c1"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot use the state directory '/proc/sys': ");
    }
}
