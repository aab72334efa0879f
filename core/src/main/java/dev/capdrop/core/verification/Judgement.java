package dev.capdrop.core.verification;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.Comparison.Purpose;
import dev.capdrop.core.verification.Verification.Mismatch;
import dev.capdrop.core.verification.Verification.Verdict;
import module java.base;

/// Judges the boot that followed a journal entry, whose snapshot the forecast is made of anew.
public final class Judgement {
    private Judgement() {}

    /// Judges the boot with the change in force; acquitted units have worked with it since.
    public static Verification ofDrop(JournalEntry entry, Snapshot after, Set<String> acquitted) {
        boolean nesting = entry.edit().nesting();
        Purpose purpose = nesting ? Purpose.NESTING : Purpose.DROPPING;
        return judged(entry, entry.drop(), purpose, acquitted, after);
    }

    /// Judges the boot with the old configuration back.
    public static Verification ofTakingBack(JournalEntry entry, Snapshot after) {
        return judged(entry, CapabilitySet.EMPTY, Purpose.TAKING_BACK, Set.of(), after);
    }

    private static Verification judged(
            JournalEntry entry,
            CapabilitySet drop,
            Purpose purpose,
            Set<String> acquitted,
            Snapshot after) {
        Snapshot before = entry.before();
        if (!observed(before)) {
            return unproven(after);
        }
        Forecast forecast = forecast(entry, found(entry, drop, after), purpose == Purpose.NESTING);
        return Comparison.of(forecast, purpose, drop, acquitted, before, after);
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

    /// Compares the units before and after a live step: only cleared failures may be gone.
    public static final class LiveComparison {
        private static final List<String> EXECUTING =
                List.of(".service", ".socket", ".mount", ".swap");

        private final Systemd before;
        private final Systemd now;
        private final Comparison.Blame blame;
        private final List<Mismatch> mismatches = new ArrayList<>();
        private int definite;
        private int matched;

        private LiveComparison(Systemd before, Systemd now, Comparison.Blame blame) {
            this.before = before;
            this.now = now;
            this.blame = blame;
        }

        /// Judges a live step, after which systemd forgot the failures of `cleared`.
        public static Verification of(JournalEntry entry, List<String> cleared, Snapshot after) {
            if (!(entry.before().view() instanceof Snapshot.Observed then)) {
                String problem = "no unit was known before the change";
                return Verification.of(Verdict.UNPROVEN, "", problem);
            }
            if (!(after.view() instanceof Snapshot.Observed now)) {
                String problem = String.join("; ", after.problems());
                Verdict verdict =
                        after.lacks(Snapshot.Unread.Part.SYSTEMD_GONE)
                                ? Verdict.WORSE
                                : Verdict.UNREAD;
                return Verification.of(verdict, "", problem);
            }
            Systemd before = then.systemd();
            LiveComparison comparison =
                    new LiveComparison(
                            before,
                            now.systemd(),
                            new Comparison.Blame(entry.drop(), false, before, Set.of()));
            cleared.forEach(comparison::requireForgotten);
            before.units().stream().filter(Outcome::isRunning).forEach(comparison::requireRunning);
            now.systemd().units().forEach(comparison::requireNoNewFailure);
            Verification compared = comparison.verification(!cleared.isEmpty());
            return after.lacks(Snapshot.Unread.Part.UNITS) ? compared.asFarAsRead(after) : compared;
        }

        private void requireForgotten(String name) {
            UnitState unit = now.unit(name);
            definite++;
            if (unit != null && unit.failed()) {
                String why = "it has failed again since its failure was cleared";
                mismatches.add(
                        new Mismatch(name, Outcome.SKIPPED, Outcome.FAILED, false, false, why));
            } else {
                matched++;
            }
        }

        /// Requires that a unit still runs; one that just ends by itself has lost nothing.
        private void requireRunning(UnitState old) {
            UnitState unit = now.unit(old.name());
            if (old.loops() || (unit != null && unit.failed())) {
                return;
            }
            definite++;
            if (unit != null && Outcome.isRunning(unit)) {
                matched++;
            } else {
                Outcome actual = unit == null ? Outcome.NOT_STARTED : Outcome.of(unit);
                String why = "it ended meanwhile";
                mismatches.add(new Mismatch(old.name(), Outcome.ACTIVE, actual, false, false, why));
            }
        }

        private void requireNoNewFailure(UnitState unit) {
            UnitState old = before.unit(unit.name());
            if (!unit.failed() || (old != null && (old.failed() || old.loops()))) {
                return;
            }
            boolean ran = old != null && Outcome.isRunning(old);
            definite += ran ? 1 : 0;
            Outcome then = old == null ? Outcome.NOT_STARTED : Outcome.of(old);
            boolean byDrop = executes(unit.name()) && blame.canFallOnDrop(unit.name(), unit);
            String why = "it failed while the capabilities were taken, or right after";
            mismatches.add(new Mismatch(unit.name(), then, Outcome.FAILED, byDrop, true, why));
        }

        /// Whether a unit of this type starts a program, which alone can miss a capability.
        private static boolean executes(String name) {
            return EXECUTING.stream().anyMatch(name::endsWith);
        }

        private Verification verification(boolean healed) {
            boolean worse =
                    mismatches.stream().anyMatch(mismatch -> mismatch.harm() && mismatch.byDrop());
            Verdict verdict = worse ? Verdict.WORSE : healed ? Verdict.BETTER : Verdict.SAME;
            return new Verification(
                    verdict, now.manager().state(), definite, matched, mismatches, "");
        }
    }
}
