package dev.capdrop.core.verification;

import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.Verification.Mismatch;
import dev.capdrop.core.verification.Verification.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Compares the units before and after a live step: only cleared failures may be gone.
public final class LiveComparison {
    private static final List<String> EXECUTING = List.of(".service", ".socket", ".mount", ".swap");

    private final Systemd before;
    private final Systemd now;
    private final Blame blame;
    private final List<Mismatch> mismatches = new ArrayList<>();
    private int definite;
    private int matched;

    private LiveComparison(Systemd before, Systemd now, Blame blame) {
        this.before = before;
        this.now = now;
        this.blame = blame;
    }

    /// Judges a live step, after which systemd forgot the failures of `cleared`.
    public static Verification of(JournalEntry entry, List<String> cleared, Snapshot after) {
        if (!(entry.before().view() instanceof Observed then)) {
            String problem = "no unit was known before the change";
            return Verification.of(Verdict.UNPROVEN, "", problem);
        }
        if (!(after.view() instanceof Observed now)) {
            String problem = String.join("; ", after.problems());
            Verdict verdict =
                    after.lacks(Unread.Part.SYSTEMD_GONE) ? Verdict.WORSE : Verdict.UNREAD;
            return Verification.of(verdict, "", problem);
        }
        Systemd before = then.systemd();
        LiveComparison comparison =
                new LiveComparison(
                        before, now.systemd(), new Blame(entry.drop(), false, before, Set.of()));
        cleared.forEach(comparison::requireForgotten);
        before.units().stream().filter(Outcome::isRunning).forEach(comparison::requireRunning);
        now.systemd().units().forEach(comparison::requireNoNewFailure);
        Verification compared = comparison.verification(!cleared.isEmpty());
        return after.lacks(Unread.Part.UNITS) ? compared.asFarAsRead(after) : compared;
    }

    private void requireForgotten(String name) {
        UnitState unit = now.unit(name);
        definite++;
        if (unit != null && unit.failed()) {
            mismatches.add(
                    new Mismatch(
                            name,
                            Outcome.SKIPPED,
                            Outcome.FAILED,
                            false,
                            false,
                            "it has failed again since its failure was cleared"));
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
            mismatches.add(
                    new Mismatch(
                            old.name(),
                            Outcome.ACTIVE,
                            actual,
                            false,
                            false,
                            "it ended meanwhile"));
        }
    }

    private void requireNoNewFailure(UnitState unit) {
        UnitState old = before.unit(unit.name());
        if (!unit.failed() || (old != null && (old.failed() || old.loops()))) {
            return;
        }
        boolean ran = old != null && Outcome.isRunning(old);
        definite += ran ? 1 : 0;
        mismatches.add(
                new Mismatch(
                        unit.name(),
                        old == null ? Outcome.NOT_STARTED : Outcome.of(old),
                        Outcome.FAILED,
                        executes(unit.name()) && blame.canFallOnDrop(unit.name(), unit),
                        true,
                        "it failed while the capabilities were taken, or right after"));
    }

    /// Whether a unit of this type starts a program, which alone can miss a capability.
    private static boolean executes(String name) {
        return EXECUTING.stream().anyMatch(name::endsWith);
    }

    private Verification verification(boolean healed) {
        boolean worse =
                mismatches.stream().anyMatch(mismatch -> mismatch.harm() && mismatch.byDrop());
        Verdict verdict = worse ? Verdict.WORSE : healed ? Verdict.BETTER : Verdict.SAME;
        return new Verification(verdict, now.manager().state(), definite, matched, mismatches, "");
    }
}
