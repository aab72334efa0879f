package dev.capdrop.core.journal;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Subject;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The changes that a container's configuration should still show, and their names: each belongs to
/// the last change that had to put it there.
public record Claims(List<Claim> all) {
    /// The ended changes that the journal keeps of a container beside those that an undo needs.
    private static final int KEPT = 20;

    public record Claim(JournalEntry entry, CapabilitySet names, boolean nesting) {}

    /// Returns the claims of the entries of one container, oldest first.
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

    /// Returns the change that an undo would take back, of entries oldest first: one that has not
    /// ended, else the last that should still show; null when there is none.
    public static @Nullable JournalEntry last(List<JournalEntry> entries) {
        if (!entries.isEmpty() && !entries.getLast().phase().ended()) {
            return entries.getLast();
        }
        List<Claim> all = of(entries).all();
        return all.isEmpty() ? null : all.getLast().entry();
    }

    /// Removes what nobody needs of a subject's entries; to be called before one is added.
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

    /// Returns the ended entries that no undo hangs on, with more than `kept` newer ones, oldest
    /// first, so that they may be removed in this order, up to any.
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
