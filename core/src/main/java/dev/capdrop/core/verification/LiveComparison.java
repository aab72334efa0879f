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

/// Compares a container before and after a live step: every unit is as it was, but those whose
/// failure was cleared are not failed any more.
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
            return new Verification(Verdict.UNPROVEN, "", 0, 0, List.of(), problem);
        }
        if (!(after.view() instanceof Observed now)) {
            String problem = String.join("; ", after.problems());
            return new Verification(unread(after), "", 0, 0, List.of(), problem);
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

    private static Verdict unread(Snapshot after) {
        return after.lacks(Unread.Part.SYSTEMD_GONE) ? Verdict.WORSE : Verdict.UNREAD;
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

    /// Whether a unit of this type starts a program, which alone can miss a capability. A path unit
    /// fails of itself when a reload finds no inotify(7) instance left, which all containers share.
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
