package dev.capdrop.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.SharedLines.SharedFile;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedChangeTest {
    private static final SharedFile FILE = SharedFile.in("/u/d");
    private static final CapabilitySet RAWIO = CapabilitySet.of("sys_rawio");
    private static final Snapshot HOST = host(Map.of(FILE.folder(), List.of()));
    private static final Snapshot WITHOUT_FOLDER = host(Map.of());

    private final Disk disk = new Disk();
    private final Entries journal = new Entries();
    private final SharedChange change =
            new SharedChange(FILE, disk, journal, InstantSource.fixed(Instant.EPOCH));

    private static Snapshot host(Map<String, List<String>> folders) {
        return Snapshot.of(
                        Instant.EPOCH,
                        new Subject.HostFile(FILE.path()),
                        new HostMachine("", "6.12.0", 40, CapabilitySet.upTo(40), null, ""))
                .with(
                        new ConfigurationText(
                                FILE.path(), Map.of(FILE.path(), ""), folders, 0, Map.of()));
    }

    private SharedPlan plan(CapabilitySet drop) {
        ConfigEdit edit =
                FILE.edit(disk.source(), drop, 40, "node", "capdrop undo --host").orElseThrow();
        return new SharedPlan(
                Request.HEALTHY, drop, List.of(), List.of(), List.of(), List.of(), List.of(), edit);
    }

    private @Nullable JournalEntry last() {
        return Claims.last(journal.entries("host:all"));
    }

    @Test
    void itIsJournalledWrittenAndTakenBack() throws IOException {
        JournalEntry applied = change.apply(HOST, plan(RAWIO));
        assertThat(applied.target()).isEqualTo("host:all");
        assertThat(applied.phase()).isEqualTo(Phase.APPLIED);
        assertThat(disk.text).endsWith("\nlxc.cap.drop = sys_rawio\n");
        assertThat(last()).isEqualTo(applied);

        JournalEntry undone = change.undo(applied);
        assertThat(undone.phase()).isEqualTo(Phase.UNDONE);
        assertThat(undone.outcome()).isEqualTo("taken back; the file is removed");
        assertThat(disk.text).isEmpty();
        assertThat(last()).isNull();
        assertThat(journal.phases)
                .containsExactly(Phase.WRITING, Phase.APPLIED, Phase.UNDOING, Phase.UNDONE);
    }

    @Test
    void twoChangesAreTakenBackOneByOne() throws IOException {
        change.apply(HOST, plan(RAWIO));
        String first = disk.text;
        change.apply(HOST, plan(CapabilitySet.of("sys_rawio", "sys_module")));
        change.undo(Objects.requireNonNull(last()));
        assertThat(disk.text).isEqualTo(first);
        change.undo(Objects.requireNonNull(last()));
        assertThat(disk.text).isEmpty();
    }

    @Test
    void aFileThatSomebodyRemovedIsTakenBackAllTheSame() throws IOException {
        JournalEntry applied = change.apply(HOST, plan(RAWIO));
        disk.text = "";
        assertThat(change.undo(applied).outcome())
                .isEqualTo("nothing of it was in the file any more");
    }

    @Test
    void anInterruptedWriteIsSettledByWhatTheFileSays() throws IOException {
        SharedPlan plan = plan(RAWIO);
        JournalEntry applied = change.apply(HOST, plan);
        JournalEntry writing = applied.with(Phase.WRITING, "");
        assertThat(change.settle(writing).phase()).isEqualTo(Phase.APPLIED);
        disk.text = "";
        assertThat(change.settle(writing).phase()).isEqualTo(Phase.ABANDONED);
        disk.text = plan.edit().after();
        assertThat(change.settle(applied.with(Phase.UNDOING, "")).phase()).isEqualTo(Phase.UNDONE);
        assertThat(disk.text).isEmpty();
    }

    @Test
    void aWriteThatFailedIsSettledAtOnce() {
        disk.full = true;
        assertThatThrownBy(() -> change.apply(HOST, plan(RAWIO))).hasMessage("disk full");
        assertThat(journal.phases).containsExactly(Phase.WRITING, Phase.ABANDONED);
        assertThat(last()).isNull();
    }

    @Test
    void whatSomebodyElseHasChangedBeforeTheWriteIsNotNotedAsWritten() {
        SharedPlan plan = plan(RAWIO);
        disk.text = "# Written by capdrop, and mended by hand\n";
        assertThatThrownBy(() -> change.apply(HOST, plan))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(journal.phases).containsExactly(Phase.WRITING, Phase.ABANDONED);
    }

    @Test
    void whatWasTakenOutAlthoughTheWriteFailedIsTakenBack() throws IOException {
        JournalEntry applied = change.apply(HOST, plan(RAWIO));
        disk.failsAfter = true;
        assertThat(change.undo(applied).outcome()).isEqualTo("taken back; the file is removed");
        assertThat(disk.text).isEmpty();
    }

    @Test
    void aWriteThatFailsIsTriedOnceMoreWhereItTakesBackAndNotForEver() throws IOException {
        JournalEntry applied = change.apply(HOST, plan(RAWIO));
        disk.writes = 0;
        disk.full = true;
        assertThatThrownBy(() -> change.undo(applied)).hasMessage("disk full");
        assertThat(disk.writes).isEqualTo(2);
    }

    @Test
    void linesThatChangeEachTimeTheyAreReadAreReadAgainAndTakenBack() throws IOException {
        JournalEntry applied = change.apply(HOST, plan(RAWIO));
        for (int i = 0; i < 5; i++) {
            disk.changed.add("# " + i + "\n" + disk.text);
        }
        assertThat(change.undo(applied).phase()).isEqualTo(Phase.UNDONE);
        assertThat(disk.text).startsWith("# 4\n").doesNotContain("sys_rawio");
    }

    @Test
    void theFolderOfAFirstWriteThatSomebodyElsePreventedGoes() {
        disk.changed.add("");
        disk.refuses = true;
        assertThatThrownBy(() -> change.apply(WITHOUT_FOLDER, plan(RAWIO)))
                .isInstanceOf(ConfigStore.ChangedException.class);
        assertThat(disk.foldersRemoved).isEqualTo(1);
    }

    @Test
    void ourNamesThatSomebodyElsePutsInAgainAreTakenOutAgain() throws IOException {
        JournalEntry applied = change.apply(HOST, plan(RAWIO));
        String ours = disk.text;
        disk.others.addAll(List.of(ours, ours));
        assertThat(change.undo(applied).phase()).isEqualTo(Phase.UNDONE);
        assertThat(disk.text).isEmpty();
        JournalEntry again = change.apply(HOST, plan(RAWIO));
        for (int i = 0; i < 20; i++) {
            disk.others.add(disk.text);
        }
        assertThatThrownBy(() -> change.undo(again))
                .hasMessageContaining("writes our names into it again");
        assertThat(journal.phases.getLast()).isEqualTo(Phase.UNDOING);
    }

    @Test
    void whatSomebodyElseReplacesRightAfterTheWriteIsNotApplied() throws IOException {
        disk.others.add("# theirs\n");
        JournalEntry ended = change.apply(HOST, plan(RAWIO));
        assertThat(ended.phase()).isEqualTo(Phase.ABANDONED);
        assertThat(ended.outcome()).contains("our names are not in '" + FILE.path() + "' any more");
        assertThat(last()).isNull();
    }

    @Test
    void theFolderGoesWithTheFileWhereAChangeHasMadeIt() throws IOException {
        change.undo(change.apply(HOST, plan(RAWIO)));
        assertThat(disk.foldersRemoved).isZero();
        JournalEntry made = change.apply(WITHOUT_FOLDER, plan(RAWIO));
        change.apply(HOST, plan(CapabilitySet.of("sys_rawio", "sys_module")));
        change.undo(Objects.requireNonNull(last()));
        assertThat(disk.foldersRemoved).isZero();
        change.undo(Objects.requireNonNull(last()));
        assertThat(disk.foldersRemoved).isEqualTo(1);
        change.settle(made.with(Phase.UNDOING, ""));
        assertThat(disk.foldersRemoved).isEqualTo(2);
        change.settle(made.with(Phase.WRITING, ""));
        assertThat(disk.foldersRemoved).isEqualTo(3);
    }

    @Test
    void whatNobodyNeedsLeavesTheJournalWhenAChangeIsMade() throws IOException {
        JournalEntry kept = change.apply(HOST, plan(CapabilitySet.of("sys_module")));
        for (int i = 0; i < 40; i++) {
            change.undo(change.apply(HOST, plan(RAWIO)));
        }
        assertThat(journal.all).hasSize(22).contains(kept);
        assertThat(last()).isEqualTo(kept);
    }

    /// No file is an empty content for a store, and nothing for a source.
    private static final class Disk implements SharedConfigStore {
        private int foldersRemoved;
        private String text = "";
        private boolean full;
        private int writes;

        /// Whether the store says that somebody else was quicker.
        private boolean refuses;

        /// What somebody else writes each time just before this program does.
        private final List<String> changed = new ArrayList<>();

        private boolean failsAfter;

        /// What somebody else writes right after each of our writes.
        private final List<String> others = new ArrayList<>();

        @Override
        public String read(String path) {
            return text;
        }

        @Override
        public void replace(String path, String expected, String content) throws IOException {
            writes++;
            if (full) {
                throw new IOException("disk full");
            }
            if (!changed.isEmpty()) {
                text = changed.removeFirst();
            }
            if (refuses) {
                throw new ConfigStore.ChangedException(path);
            }
            if (!expected.equals(text)) {
                throw new ConfigStore.ChangedException(path);
            }
            text = content;
            if (!others.isEmpty()) {
                text = others.removeFirst();
            }
            if (failsAfter) {
                failsAfter = false;
                throw new IOException("one of them was not told");
            }
        }

        @Override
        public void removeEmptyFolder(String path) {
            assertThat(path).isEqualTo(FILE.path());
            foldersRemoved++;
        }

        ConfigSource source() {
            return new ConfigSource() {
                @Override
                public @Nullable String read(String path) {
                    return path.equals(FILE.path()) && !text.isEmpty() ? text : null;
                }

                @Override
                public @Nullable List<String> list(String directory) {
                    return null;
                }
            };
        }
    }

    private static final class Entries implements Journal {
        private final List<JournalEntry> all = new ArrayList<>();
        private final List<Phase> phases = new ArrayList<>();
        private int made;

        @Override
        public String newId(Instant at, String target) {
            return "id" + made++;
        }

        @Override
        public void write(JournalEntry entry) {
            all.removeIf(old -> old.id().equals(entry.id()));
            all.add(entry);
            phases.add(entry.phase());
        }

        @Override
        public void remove(JournalEntry entry) {
            all.remove(entry);
        }

        @Override
        public List<String> targets() {
            return all.isEmpty() ? List.of() : List.of("host:all");
        }

        @Override
        public List<JournalEntry> entries(String target) {
            return List.copyOf(all);
        }

        @Override
        public Lock lock(String target) {
            return () -> {};
        }

        @Override
        public String holder(String target) {
            return "";
        }
    }
}
