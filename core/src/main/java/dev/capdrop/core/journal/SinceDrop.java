package dev.capdrop.core.journal;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Snapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Refusals of units since changes of ours took something from their container, oldest first.
///
/// @param undos how many changes have to be taken back to give all of that back
/// @param running whether the container runs, so that it has to be started anew for that
public record SinceDrop(List<Refused> refused, int undos, CapabilitySet rest, boolean running) {
    /// Nothing was refused, as far as anybody has watched.
    public static final SinceDrop NOTHING = new SinceDrop(List.of(), 0, CapabilitySet.EMPTY, false);

    /// A refusal of one unit, which may go on without; `count` is 0 where it was refused before,
    /// too.
    public record Refused(
            JournalEntry change,
            Capability capability,
            String unit,
            long count,
            Instant last,
            boolean usedBefore) {}

    /// Returns the refusals, by entries oldest first, but for what a unit was refused before the
    /// change, too, and never seen to use: it asks for that in vain.
    static SinceDrop of(List<JournalEntry> entries, Snapshot now) {
        UseHistory learnt = now.learnt();
        if (learnt == null) {
            return NOTHING;
        }
        List<Claims.Claim> claims = Claims.of(entries).all();
        List<Refused> all = new ArrayList<>();
        for (Claims.Claim claim : claims) {
            CapabilitySet gone = now.running() ? claim.names().minus(now.held()) : claim.names();
            for (UnitHistory unit : learnt.units()) {
                addRefused(claim.entry(), gone, unit, all);
            }
        }
        return all.isEmpty() ? NOTHING : givenBack(claims, all, now.running());
    }

    private static void addRefused(
            JournalEntry change, CapabilitySet gone, UnitHistory unit, List<Refused> all) {
        Instant since = change.at().truncatedTo(ChronoUnit.SECONDS);
        for (UnitHistory.Use use : unit.uses()) {
            Capability asked = new Capability(use.capability());
            boolean before = use.first().isBefore(since);
            boolean used = unit.seenToUse().contains(asked);
            if (use.meaning() == Meaning.MISSED
                    && gone.contains(asked)
                    && !use.last().isBefore(since)
                    && (!before || used)) {
                long count = before ? 0 : use.count();
                all.add(new Refused(change, asked, unit.unit(), count, use.last(), used));
            }
        }
    }

    private static SinceDrop givenBack(
            List<Claims.Claim> claims, List<Refused> refused, boolean running) {
        CapabilitySet back = CapabilitySet.of(refused.stream().map(Refused::capability).toList());
        CapabilitySet sought = back;
        CapabilitySet dropped = CapabilitySet.EMPTY;
        int undos = 0;
        for (Claims.Claim claim : claims.reversed()) {
            if (sought.isEmpty()) {
                break;
            }
            undos++;
            dropped = dropped.union(claim.names());
            sought = sought.minus(claim.names());
        }
        return new SinceDrop(refused, undos, dropped.minus(back), running);
    }
}
