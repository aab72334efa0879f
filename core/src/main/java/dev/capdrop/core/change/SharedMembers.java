package dev.capdrop.core.change;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

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

    /// Returns the containers whose turn is still to come.
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

    /// Closes those whose turn never came.
    void closePlanned(String outcome) throws IOException {
        for (JournalEntry member : all()) {
            if (isPlanned(member)) {
                journal.write(member.with(Phase.ABANDONED, outcome));
            }
        }
    }
}
