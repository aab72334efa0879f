package dev.capdrop.core.journal;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import module java.base;

/// The lessons of the changes of a container, oldest first, each with the container before it.
public record Experience(List<JournalEntry> entries) {
    public static final Experience NONE = new Experience(List.of());

    /// Returns what the container's next start makes otherwise, with this in mind.
    ///
    /// @throws dev.capdrop.core.snapshot.TimeLimit.OverdueException when its time is over
    public StartReview nextStart(Snapshot now, TimeLimit time) {
        return now.view() instanceof Snapshot.Observed seen
                ? nextStart(Forecaster.over(seen, time))
                : StartReview.SAME;
    }

    /// Returns that, and leaves behind what a plan for the container asks for, too.
    public StartReview nextStart(Forecaster forecaster) {
        Snapshot now = forecaster.seen().snapshot();
        CapabilitySet bounding = NextStart.of(now).bounding();
        if (!now.running() || entries.isEmpty()) {
            return StartReview.of(forecaster, bounding, Set.of(), Set.of());
        }
        CapabilitySet next = bounding.minus(neverHeld());
        return StartReview.of(
                forecaster,
                next,
                failedWith(next.minus(now.held())),
                givenUp(now.held().minus(next)));
    }

    /// Returns the container with its PID 1 limited to what it has ever held.
    public Snapshot limited(Snapshot now) {
        return now.neverHolding(neverHeld());
    }

    /// Returns what PID 1 was without before our first change although its configuration let it:
    /// `CapabilityBoundingSet=` in systemd-system.conf(5), or the program that starts it, takes
    /// that away.
    public CapabilitySet neverHeld() {
        Snapshot first = entries.isEmpty() ? null : entries.getFirst().before();
        return first == null || !first.running()
                ? CapabilitySet.EMPTY
                : NextStart.of(first).bounding().minus(first.held());
    }

    /// Returns what its units were refused since we dropped it, by what was learnt of it.
    public SinceDrop sinceDrop(Snapshot now) {
        return SinceDrop.of(entries, now);
    }

    /// Returns the units that had failed while PID 1 held all of these.
    private Set<String> failedWith(CapabilitySet held) {
        Set<String> failed = new HashSet<>();
        for (JournalEntry entry : held.isEmpty() ? List.<JournalEntry>of() : entries) {
            Snapshot before = entry.before();
            if (before.held().containsAll(held)) {
                before.units().stream()
                        .filter(UnitState::failed)
                        .map(UnitState::name)
                        .forEach(failed::add);
            }
        }
        return failed;
    }

    /// Returns the units that a change of ours costs, which were named when it was made.
    private Set<String> givenUp(CapabilitySet leaves) {
        Set<String> units = new HashSet<>();
        for (Claims.Claim claim :
                leaves.isEmpty() ? List.<Claims.Claim>of() : Claims.of(entries).all()) {
            if (!claim.names().intersect(leaves).isEmpty()) {
                units.addAll(Planner.costs(claim.entry().before(), claim.names()));
            }
        }
        return units;
    }

    /// Refusals of units since changes of ours took something from their container, oldest first.
    ///
    /// @param undos how many changes have to be taken back to give all of that back
    /// @param running whether the container runs, so that it has to be started anew for that
    public record SinceDrop(List<Refused> refused, int undos, CapabilitySet rest, boolean running) {
        /// Nothing was refused, as far as anybody has watched.
        public static final SinceDrop NOTHING =
                new SinceDrop(List.of(), 0, CapabilitySet.EMPTY, false);

        /// A refusal of one unit, which may go on without; `count` is 0 where it was refused
        /// before, too.
        public record Refused(
                JournalEntry change,
                Capability capability,
                String unit,
                long count,
                Instant last,
                boolean usedBefore) {}

        /// Returns the refusals, by entries oldest first, but for what a unit was refused before
        /// the change, too, and never seen to use: it asks for that in vain.
        static SinceDrop of(List<JournalEntry> entries, Snapshot now) {
            UseHistory learnt = now.learnt();
            if (learnt == null) {
                return NOTHING;
            }
            List<Claims.Claim> claims = Claims.of(entries).all();
            List<Refused> all = new ArrayList<>();
            for (Claims.Claim claim : claims) {
                CapabilitySet gone =
                        now.running() ? claim.names().minus(now.held()) : claim.names();
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
            CapabilitySet back =
                    CapabilitySet.of(refused.stream().map(Refused::capability).toList());
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
}
