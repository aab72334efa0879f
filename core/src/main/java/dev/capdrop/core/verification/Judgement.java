package dev.capdrop.core.verification;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.Comparison.Purpose;
import dev.capdrop.core.verification.Verification.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Judges the boot that followed a journal entry, whose snapshot the forecast is made of anew.
public final class Judgement {
    private Judgement() {}

    /// Judges the boot with the change in force; acquitted units have worked with it since.
    public static Verification ofDrop(JournalEntry entry, Snapshot after, Set<String> acquitted) {
        return observed(entry.before())
                ? Comparison.of(
                        forecast(entry, found(entry, entry.drop(), after), entry.edit().nesting()),
                        entry.edit().nesting() ? Purpose.NESTING : Purpose.DROPPING,
                        entry.drop(),
                        acquitted,
                        entry.before(),
                        after)
                : unproven(after);
    }

    /// Judges the boot with the old configuration back.
    public static Verification ofTakingBack(JournalEntry entry, Snapshot after) {
        return observed(entry.before())
                ? Comparison.of(
                        forecast(entry, found(entry, CapabilitySet.EMPTY, after), false),
                        Purpose.TAKING_BACK,
                        CapabilitySet.EMPTY,
                        Set.of(),
                        entry.before(),
                        after)
                : unproven(after);
    }

    /// Judges the boot with the old configuration back, by the boot `then` with the drop.
    public static Verification ofTakingBackUnseen(Snapshot then, Snapshot after) {
        if (!observed(then)) {
            return unproven(after);
        }
        Forecast forecast = Forecaster.over(then).forecast(NextStart.of(then).bounding());
        return Comparison.of(
                forecast, Purpose.DROPPING, CapabilitySet.EMPTY, Set.of(), then, after);
    }

    /// Judges a boot of which nothing could be read.
    public static Verification ofSilence(JournalEntry entry, IOException reason) {
        return new Verification(
                Verdict.UNREAD, "", definite(entry), 0, List.of(), sentence(reason));
    }

    public static Verification ofFailure(JournalEntry entry, IOException reason) {
        return new Verification(Verdict.WORSE, "", definite(entry), 0, List.of(), sentence(reason));
    }

    private static String sentence(IOException reason) {
        return reason.getMessage() == null ? "the restart failed" : reason.getMessage();
    }

    private static int definite(JournalEntry entry) {
        return observed(entry.before())
                ? forecast(entry, planned(entry, entry.drop()), entry.edit().nesting())
                        .effects()
                        .size()
                : 0;
    }

    /// Whether there was a boot before the change to compare with; a forecast one does not count.
    public static boolean observed(Snapshot before) {
        return before.running() && before.observed();
    }

    private static Verification unproven(Snapshot after) {
        if (!after.running()) {
            return Verification.of(Verdict.WORSE, "", "the container does not run");
        }
        String state = after.observed() ? after.state() : "up";
        String why = "nothing had been forecast, for no boot before the change had been read";
        return Verification.of(Verdict.UNPROVEN, state, why + failed(after.units()));
    }

    private static String failed(List<UnitState> units) {
        List<String> failed =
                units.stream().filter(UnitState::failed).map(UnitState::name).toList();
        return failed.isEmpty() ? "" : "; now failed: " + String.join(", ", failed);
    }

    private static Forecast forecast(JournalEntry entry, CapabilitySet bounding, boolean nesting) {
        return Forecaster.over(entry.before()).forecast(bounding, nesting);
    }

    private static CapabilitySet planned(JournalEntry entry, CapabilitySet drop) {
        return NextStart.of(entry.before()).bounding().minus(drop);
    }

    /// Returns the bounding set with others' later edits that this boot brought into force.
    private static CapabilitySet found(JournalEntry entry, CapabilitySet drop, Snapshot after) {
        CapabilitySet planned = planned(entry, drop);
        Init init = after.init();
        if (init == null) {
            return planned;
        }
        CapabilitySet configured = NextStart.of(after).bounding();
        CapabilitySet taken = planned.minus(configured).minus(init.bounding());
        CapabilitySet given = configured.intersect(init.bounding()).minus(drop);
        return planned.minus(taken).union(given);
    }
}
