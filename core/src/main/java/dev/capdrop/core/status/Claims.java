package dev.capdrop.core.status;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.change.JournalEntry;
import java.util.ArrayList;
import java.util.List;

/// Which changes a container's configuration should still show, and with which names.
///
/// A name belongs to the last change that put it there: that one had to, so that whatever an
/// earlier one had put there was gone by then.
record Claims(List<Claim> all) {
    /// What one change should still show.
    record Claim(JournalEntry entry, CapabilitySet names) {}

    /// @param entries of one container, oldest first
    static Claims of(List<JournalEntry> entries) {
        List<Claim> claims = new ArrayList<>();
        CapabilitySet taken = CapabilitySet.EMPTY;
        for (JournalEntry entry : entries.reversed()) {
            CapabilitySet names = names(entry).minus(taken);
            switch (entry.phase()) {
                case APPLIED, WAITING_FOR_RESTART, RESTARTING ->
                        claims.add(new Claim(entry, names));
                case WRITING, ROLLING_BACK, UNDOING, ROLLED_BACK, UNDONE, ABANDONED -> {}
            }
            if (entry.phase() != JournalEntry.Phase.ABANDONED) {
                taken = taken.union(names);
            }
        }
        claims.removeIf(claim -> claim.names.isEmpty());
        return new Claims(List.copyOf(claims.reversed()));
    }

    /// The names of all of them.
    CapabilitySet names() {
        CapabilitySet names = CapabilitySet.EMPTY;
        for (Claim claim : all) {
            names = names.union(claim.names);
        }
        return names;
    }

    /// What the edit of a change did to the lists.
    private static CapabilitySet names(JournalEntry entry) {
        return entry.edit().addedToDrop().union(entry.edit().removedFromKeep());
    }
}
