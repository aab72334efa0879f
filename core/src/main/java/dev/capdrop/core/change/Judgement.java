package dev.capdrop.core.change;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.plan.Forecast;
import dev.capdrop.core.plan.Goal;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.plan.WhatIf;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// What follows from a journal entry, beside the boot that came of it. The entry's first snapshot
/// is all that a forecast needs, so that it is made again instead of being kept.
final class Judgement {
    private Judgement() {}

    /// The boot with the drop in force.
    static Verification ofDrop(JournalEntry entry, Snapshot after) {
        return of(entry, entry.drop(), after);
    }

    /// The boot with the old configuration back.
    static Verification ofTakingBack(JournalEntry entry, Snapshot after) {
        return of(entry, CapabilitySet.EMPTY, after);
    }

    /// A restart that failed.
    static Verification ofFailure(JournalEntry entry, IOException reason) {
        String sentence = reason.getMessage() == null ? "the restart failed" : reason.getMessage();
        int predicted =
                !observed(entry)
                        ? 0
                        : forecast(entry, planned(entry, entry.drop())).effects().size();
        return new Verification(Verdict.WORSE, "", predicted, 0, List.of(), sentence);
    }

    private static Verification of(JournalEntry entry, CapabilitySet drop, Snapshot after) {
        return !observed(entry)
                ? unpredicted(after)
                : Comparison.of(
                        forecast(entry, found(entry, drop, after)), drop, entry.before(), after);
    }

    /// Whether there was a boot before the change to compare with: one that was only foreseen is
    /// none.
    private static boolean observed(JournalEntry entry) {
        return entry.before().running() && entry.before().systemd() != null;
    }

    private static Verification unpredicted(Snapshot after) {
        if (!after.running()) {
            return new Verification(
                    Verdict.WORSE, "", 0, 0, List.of(), "the container does not run");
        }
        String state = after.systemd() == null ? "up" : after.systemd().state();
        return new Verification(Verdict.SAME, state, 0, 0, List.of(), "");
    }

    private static Forecast forecast(JournalEntry entry, CapabilitySet bounding) {
        return WhatIf.over(entry.before()).forecast(bounding);
    }

    /// The bounding set that the change was to bring.
    private static CapabilitySet planned(JournalEntry entry, CapabilitySet drop) {
        Request request = new Request(Goal.NONE, drop, CapabilitySet.EMPTY, Set.of());
        return Planner.nextBounding(entry.before(), request);
    }

    /// The same with what others have configured since and this boot has brought into force: that
    /// is none of the change's doing.
    private static CapabilitySet found(JournalEntry entry, CapabilitySet drop, Snapshot after) {
        CapabilitySet planned = planned(entry, drop);
        Init init = after.init();
        if (init == null) {
            return planned;
        }
        CapabilitySet configured = Planner.nextBounding(after, init);
        CapabilitySet taken = planned.minus(configured).minus(init.bounding());
        CapabilitySet given = configured.intersect(init.bounding()).minus(drop);
        return planned.minus(taken).union(given);
    }
}
