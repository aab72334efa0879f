package dev.capdrop.core.change;

import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.SharedLines;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;

/// The transaction around lines that several containers share: journal and write, no restart.
public record SharedChange(
        SharedLines lines, SharedConfigStore store, Journal journal, InstantSource clock) {
    /// The most readings of lines that somebody else changes at the same time.
    private static final int ATTEMPTS = 10;

    static final String FROM_NEXT_START =
            "written; in force in each container from its next start on";

    /// Writes what was planned; `before`: the host, or what the lines are of, whose configuration
    /// lists their folder if it is there.
    public JournalEntry apply(Snapshot before, SharedPlan plan) throws IOException {
        JournalEntry entry = begin(before, plan);
        try {
            write(entry);
        } catch (IOException failed) {
            settleAfter(failed, entry);
            throw failed;
        }
        return endWritten(entry);
    }

    JournalEntry begin(Snapshot before, SharedPlan plan) throws IOException {
        JournalEntry.Asked asked = new JournalEntry.Asked(plan.drop(), plan.request().allowSkip());
        return JournalEntry.begin(journal, clock.instant(), before, asked, plan.edit());
    }

    JournalEntry endWritten(JournalEntry entry) throws IOException {
        return holds(entry)
                ? ended(entry, Phase.APPLIED, FROM_NEXT_START)
                : ended(entry, Phase.ABANDONED, lost());
    }

    String lost() {
        return "our names are not in '" + lines.path() + "' any more: somebody else has changed it";
    }

    void write(JournalEntry entry) throws IOException {
        ConfigEdit edit = entry.edit();
        store.replace(edit.path(), edit.before(), edit.after());
    }

    /// Ends or keeps an entry: a write that failed may have put the new text in place all the same,
    /// unless it found another's.
    private void settleAfter(IOException failed, JournalEntry entry) {
        try {
            if (failed instanceof ConfigStore.ChangedException) {
                removeOurFolder(entry, store.read(entry.edit().path()));
                ended(entry, Phase.ABANDONED, "not written: somebody else has changed it");
            } else {
                settle(entry);
            }
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    /// Ends an interrupted entry by what the lines say, and finishes an undo.
    public JournalEntry settle(JournalEntry entry) throws IOException {
        return entry.phase() == Phase.WRITING
                ? settleWriting(entry)
                : entry.phase() == Phase.UNDOING ? undo(entry) : entry;
    }

    private JournalEntry settleWriting(JournalEntry entry) throws IOException {
        String current = store.read(entry.edit().path());
        if (holds(current, entry)) {
            return ended(entry, Phase.APPLIED, "written, then interrupted");
        }
        removeOurFolder(entry, current);
        return ended(
                entry, Phase.ABANDONED, "ended before '" + entry.edit().path() + "' was written");
    }

    public boolean holds(JournalEntry entry) throws IOException {
        return holds(store.read(entry.edit().path()), entry);
    }

    private boolean holds(String current, JournalEntry entry) {
        return !lines.takeBack(current, entry.edit()).equals(current);
    }

    /// Removes the folder that the change has made for a file that is gone.
    private void removeOurFolder(JournalEntry entry, String content) throws IOException {
        ConfigurationText then = entry.before().configuration();
        boolean made =
                !lines.folder().isEmpty()
                        && then != null
                        && !then.directories().containsKey(lines.folder());
        if (made && content.isEmpty()) {
            store.removeEmptyFolder(lines.path());
        }
    }

    public ConfigEdit takingBack(JournalEntry entry) throws IOException {
        String current = store.read(entry.edit().path());
        return ConfigEdit.back(entry.edit().path(), current, lines.takeBack(current, entry.edit()));
    }

    /// Takes an entry back: our names leave the lines, and a file goes where nothing else is in it.
    public JournalEntry undo(JournalEntry entry) throws IOException {
        JournalEntry undoing = ended(entry, Phase.UNDOING, "");
        return ended(undoing, Phase.UNDONE, takeBack(entry));
    }

    /// Takes our names out, and looks once more: a write that failed may have been made all the
    /// same, as by Incus, and another program may have put our names in again; `entry`: as it was
    /// before this was begun; returns what came of it, a clause.
    String takeBack(JournalEntry entry) throws IOException {
        String path = entry.edit().path();
        boolean ours = entry.phase() == Phase.UNDOING || entry.phase() == Phase.ROLLING_BACK;
        for (int attempt = 1; ; attempt++) {
            String current = store.read(path);
            String rest = lines.takeBack(current, entry.edit());
            ours |= !current.equals(rest);
            try {
                store.replace(path, current, rest);
            } catch (IOException failed) {
                if (attempt < (failed instanceof ConfigStore.ChangedException ? ATTEMPTS : 2)) {
                    continue;
                }
                throw failed;
            }
            String now = store.read(path);
            if (!holds(now, entry)) {
                return taken(entry, now, ours);
            }
            if (attempt == ATTEMPTS) {
                throw new IOException(
                        "another program writes our names into it again, each time they are taken out of '%s'; find out which"
                                .formatted(path));
            }
        }
    }

    private String taken(JournalEntry entry, String now, boolean ours) throws IOException {
        removeOurFolder(entry, now);
        if (!ours) {
            return "nothing of it was in the file any more";
        }
        return now.isEmpty() && !lines.folder().isEmpty()
                ? "taken back; the file is removed"
                : "taken back";
    }

    JournalEntry ended(JournalEntry entry, Phase phase, String outcome) throws IOException {
        JournalEntry next = entry.with(phase, outcome);
        journal.write(next);
        return next;
    }

    /// The restarts for one change of shared lines, by each container's last entry in the journal.
    public record SharedMembers(Journal journal, JournalEntry shared) {
        List<JournalEntry> all() throws IOException {
            List<JournalEntry> members = new ArrayList<>();
            for (String target : journal.targets()) {
                JournalEntry last = null;
                for (JournalEntry entry :
                        target.equals(shared.target())
                                ? List.<JournalEntry>of()
                                : journal.entries(target)) {
                    last = entry.belongsTo(shared) ? entry : last;
                }
                if (last != null) {
                    members.add(last);
                }
            }
            return members;
        }

        /// Returns the containers whose restart is under way, and has to be brought to its end.
        public List<ContainerId> underWay() throws IOException {
            return containers(member -> !member.phase().ended() && !isPlanned(member));
        }

        public List<ContainerId> planned() throws IOException {
            return containers(SharedMembers::isPlanned);
        }

        public List<ContainerId> toGoBack() throws IOException {
            return containers(SharedMembers::isToGoBack);
        }

        private List<ContainerId> containers(Predicate<JournalEntry> which) throws IOException {
            return all().stream().filter(which).map(member -> member.before().container()).toList();
        }

        /// Whether going on with the change takes all back, for one of them has got worse.
        public boolean goesBack() throws IOException {
            return shared.phase() == Phase.ROLLING_BACK
                    || all().stream().anyMatch(SharedMembers::gotWorse);
        }

        static boolean gotWorse(JournalEntry member) {
            return member.phase() == Phase.ROLLED_BACK || member.phase() == Phase.ROLLING_BACK;
        }

        static boolean isPlanned(JournalEntry member) {
            return member.phase() == Phase.WRITING;
        }

        static boolean isToGoBack(JournalEntry member) {
            return member.phase().written() || member.phase() == Phase.ROLLING_BACK;
        }

        void closePlanned(String outcome) throws IOException {
            for (JournalEntry member : all()) {
                if (isPlanned(member)) {
                    journal.write(member.with(Phase.ABANDONED, outcome));
                }
            }
        }
    }
}
