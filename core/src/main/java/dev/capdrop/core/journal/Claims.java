package dev.capdrop.core.journal;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which changes a container's configuration should still show, and with which names.
///
/// A name belongs to the last change that put it there: that one had to, so that whatever an
/// earlier one had put there was gone by then.
public record Claims(List<Claim> all) {
    /// The number of ended changes that the journal keeps of a container beside those that an undo
    /// needs.
    private static final int KEPT = 20;

    public Claims {
        all = List.copyOf(all);
    }

    /// What one change should still show.
    public record Claim(JournalEntry entry, CapabilitySet names, boolean nesting) {}

    /// What these entries come to.
    ///
    /// @param entries of one container, oldest first
    public static Claims of(List<JournalEntry> entries) {
        List<Claim> claims = new ArrayList<>();
        CapabilitySet taken = CapabilitySet.EMPTY;
        boolean nested = false;
        for (JournalEntry entry : entries.reversed()) {
            CapabilitySet names = names(entry).minus(taken);
            boolean nesting = entry.edit().nesting() && entry.edit().changes() && !nested;
            if (entry.phase().written()) {
                claims.add(new Claim(entry, names, nesting));
            }
            if (entry.phase() != JournalEntry.Phase.ABANDONED) {
                taken = taken.union(names);
                nested |= nesting;
            }
        }
        claims.removeIf(claim -> claim.names.isEmpty() && !claim.nesting);
        return new Claims(claims.reversed());
    }

    public CapabilitySet names() {
        return CapabilitySet.unionOf(all.stream().map(Claim::names));
    }

    public boolean nesting() {
        return all.stream().anyMatch(Claim::nesting);
    }

    /// The change that an undo would take back: one that has not ended, else the last of which the
    /// configuration should still show something; null when there is none.
    ///
    /// @param entries of one container, oldest first
    public static @Nullable JournalEntry last(List<JournalEntry> entries) {
        if (!entries.isEmpty() && !entries.getLast().phase().ended()) {
            return entries.getLast();
        }
        List<Claim> all = of(entries).all();
        return all.isEmpty() ? null : all.getLast().entry();
    }

    /// Removes what nobody needs of a subject's entries, so that the journal does not grow for
    /// ever; to be called before one is added.
    static void prune(Journal journal, Subject subject) throws IOException {
        List<JournalEntry> own = new ArrayList<>();
        List<JournalEntry> ofProfiles = new ArrayList<>();
        for (JournalEntry entry : journal.entries(subject.target())) {
            if (entry.before().subject().equals(subject)) {
                (entry.ofProfile() ? ofProfiles : own).add(entry);
            }
        }
        ofProfiles.removeIf(entry -> !entry.phase().ended());
        List<JournalEntry> needless = dispensable(own, KEPT);
        needless.addAll(ofProfiles.subList(0, Math.max(0, ofProfiles.size() - KEPT)));
        for (JournalEntry entry : needless) {
            journal.remove(entry);
        }
    }

    /// Returns the entries that are in nobody's way of looking back: they have ended, nothing that
    /// an undo takes back hangs on them, and more than `kept` newer ones have ended, too.
    ///
    /// @param entries of one container, oldest first
    /// @return oldest first; they may be removed in this order, and one may stop in between
    static List<JournalEntry> dispensable(List<JournalEntry> entries, int kept) {
        Claims claims = of(entries);
        List<JournalEntry> rest = new ArrayList<>(entries);
        List<JournalEntry> dispensable = new ArrayList<>();
        long ended = entries.stream().filter(entry -> entry.phase().ended()).count();
        for (JournalEntry entry : entries) {
            if (!entry.phase().ended() || ended <= kept) {
                continue;
            }
            ended--;
            int index = rest.indexOf(entry);
            rest.remove(index);
            if (of(rest).equals(claims)) {
                dispensable.add(entry);
            } else {
                rest.add(index, entry);
            }
        }
        return dispensable;
    }

    private static CapabilitySet names(JournalEntry entry) {
        return entry.edit().addedToDrop().union(entry.edit().removedFromKeep());
    }
}
