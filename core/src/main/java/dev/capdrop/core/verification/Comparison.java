package dev.capdrop.core.verification;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.plan.Losses.Work;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.Verification.Mismatch;
import dev.capdrop.core.verification.Verification.Verdict;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Compares a forecast with the snapshot of the boot that it was about.
///
/// A definite forecast should have come true; of undecided units, and of those that no boot starts
/// by itself, only a new failure counts. Harm that the drop can have caused, which [Blame] tells
/// from failures of other kinds, comes before healed units.
final class Comparison {
    private final Work work;
    private final Systemd after;
    private final Forecast forecast;
    private final Purpose purpose;
    private final Blame blame;
    private final Systemd before;
    private final List<Mismatch> mismatches = new ArrayList<>();
    private int matched;
    private boolean healed;
    private boolean lostAsForecast;

    enum Purpose {
        DROPPING,
        NESTING,
        TAKING_BACK
    }

    private Comparison(
            Work work,
            Systemd before,
            Systemd after,
            Forecast forecast,
            Purpose purpose,
            Blame blame) {
        this.work = work;
        this.after = after;
        this.forecast = forecast;
        this.purpose = purpose;
        this.blame = blame;
        this.before = before;
    }

    static Verification of(
            Forecast forecast,
            Purpose purpose,
            CapabilitySet drop,
            Set<String> acquitted,
            Snapshot before,
            Snapshot after) {
        if (!(before.view() instanceof Snapshot.Observed seen)) {
            throw new IllegalArgumentException(
                    "a forecast needs the units of the snapshot it was made from");
        }
        Systemd then = seen.systemd();
        // of a stopped container only files tell, and no boot
        if (!after.running()
                || !(after.view() instanceof Snapshot.Observed boot)
                || !boot.systemd().isAsFarAs(then.unfinished())) {
            return notBooted(forecast, after);
        }
        Systemd booted = boot.systemd();
        Blame blame = new Blame(drop, purpose == Purpose.NESTING, then, acquitted);
        Verification compared =
                new Comparison(new Work(before), then, booted, forecast, purpose, blame).compare();
        return after.lacks(Snapshot.Unread.Part.UNITS) ? compared.asFarAsRead(after) : compared;
    }

    private static Verification notBooted(Forecast forecast, Snapshot after) {
        Verdict verdict = Verdict.WORSE;
        String problem = "the container does not run any more";
        if (after.running() && !after.observed()) {
            verdict =
                    after.lacks(Snapshot.Unread.Part.SYSTEMD_GONE) ? Verdict.WORSE : Verdict.UNREAD;
            problem = String.join("; ", after.problems());
        } else if (after.running()) {
            Systemd.UnfinishedBoot boot = Systemd.UnfinishedBoot.of(after);
            verdict = Verdict.UNSETTLED;
            problem = "its boot has not ended" + (boot == null ? "" : " (" + boot.sentence() + ")");
        }
        String state = after.running() ? after.state() : "";
        return new Verification(verdict, state, forecast.effects().size(), 0, List.of(), problem);
    }

    private Verification compare() {
        forecast.effects().forEach(this::compare);
        forecast.undecided().forEach(this::compareUndecided);
        Set<String> named = new HashSet<>();
        forecast.effects().forEach(effect -> named.add(effect.unit()));
        forecast.undecided().forEach(open -> named.add(open.unit()));
        forecast.lostByRestart().forEach(loss -> named.add(loss.unit()));
        after.units().stream()
                .filter(unit -> !named.contains(unit.name()))
                .forEach(this::compareUnnamed);
        int definite = forecast.effects().size();
        return new Verification(
                verdict(), after.manager().state(), definite, matched, mismatches, "");
    }

    private void compare(Effect effect) {
        UnitState unit = after.unit(effect.unit());
        Outcome actual = unit == null ? Outcome.NOT_STARTED : Outcome.afterBoot(unit);
        // a loop that AppArmor had caused is not one by chance
        boolean loops = loops(effect.unit()) && effect.turnedBy() != Effect.TurnedBy.NESTING;
        healed |= effect.before() == Outcome.FAILED && actual != Outcome.FAILED && !loops;
        boolean stillFails = effect.before() == Outcome.FAILED && actual == Outcome.FAILED;
        if ((isAsSaid(effect.after(), actual) && !(effect.changes() && stillFails))
                || (unit == null && effect.after() == Outcome.INACTIVE)
                || (loops && isPhaseOfLoop(effect.after()) && isPhaseOfLoop(actual))) {
            matched++;
            lostAsForecast |=
                    effect.turnedBy() == Effect.TurnedBy.DROP
                            && effect.changes()
                            && (effect.after() == Outcome.FAILED || didWork(effect.unit()));
            return;
        }
        boolean failed = actual == Outcome.FAILED && effect.before() != Outcome.FAILED;
        boolean lost = didWork(effect.unit()) && actual != Outcome.ACTIVE;
        String seen = unit == null ? "systemd no longer knows it" : reason(unit);
        boolean byDrop = blame.canFallOnDrop(effect.unit(), unit);
        String why = blame.why(effect.unit(), seen);
        mismatches.add(
                new Mismatch(effect.unit(), effect.after(), actual, byDrop, failed || lost, why));
    }

    /// Whether systemd kept restarting the unit before, so that its state depends on the instant.
    private boolean loops(String name) {
        UnitState old = before.unit(name);
        return old != null && old.loops();
    }

    private static boolean isPhaseOfLoop(Outcome outcome) {
        return switch (outcome) {
            case ACTIVE, UNDECIDED, STARTED, INACTIVE, FAILED -> true;
            case SKIPPED, NOT_STARTED -> false;
        };
    }

    /// Whether the outcome is as forecast: "started" may run, have ended or have failed.
    private static boolean isAsSaid(Outcome said, Outcome actual) {
        return said == Outcome.STARTED
                ? actual.isUp() || actual == Outcome.INACTIVE || actual == Outcome.FAILED
                : actual == said;
    }

    /// Compares an undecided unit, which is a surprise only if it fails now and did not before.
    private void compareUndecided(Forecast.Undecided open) {
        UnitState unit = after.unit(open.unit());
        if (unit != null
                && Outcome.afterBoot(unit) == Outcome.FAILED
                && open.before() != Outcome.FAILED
                && !loops(open.unit())) {
            boolean byDrop = blame.canFallOnDrop(open.unit(), unit);
            String why = blame.why(open.unit(), "the plan left it open: " + open.why());
            mismatches.add(
                    new Mismatch(open.unit(), open.before(), Outcome.FAILED, byDrop, true, why));
        }
    }

    /// Compares a unit that no boot starts by itself: its state is no surprise, but a failure is.
    private void compareUnnamed(UnitState unit) {
        UnitState old = before.unit(unit.name());
        if (unit.failed() && (old == null || !(old.failed() || old.loops()))) {
            String seen =
                    old == null ? "it is new since the restart" : "no boot starts it by itself";
            boolean byDrop =
                    old != null
                            && old.detail().activation().activatedMicros() > 0
                            && blame.canFallOnDrop(unit.name(), unit);
            Outcome then = old == null ? Outcome.NOT_STARTED : Outcome.of(old);
            String why = blame.why(unit.name(), seen);
            mismatches.add(new Mismatch(unit.name(), then, Outcome.FAILED, byDrop, true, why));
        }
    }

    private boolean didWork(String name) {
        UnitState old = before.unit(name);
        return old != null && work.isDoneBy(old);
    }

    private static String reason(UnitState unit) {
        for (Condition.Tested row : unit.conditions()) {
            if (row.result() == Condition.Result.FAILED) {
                return row.condition().format() + " does not hold";
            }
        }
        return unit.activeState() + " (" + unit.subState() + ")";
    }

    /// Returns the verdict; other failures do not hide healed units, nor does luck make a change.
    private Verdict verdict() {
        if (mismatches.stream().anyMatch(mismatch -> mismatch.harm() && mismatch.byDrop())) {
            return Verdict.WORSE;
        }
        if (healed) {
            return Verdict.BETTER;
        }
        return switch (purpose) {
            case DROPPING, NESTING -> lostAsForecast ? Verdict.WORSE_AS_FORECAST : Verdict.SAME;
            case TAKING_BACK -> Verdict.AS_BEFORE;
        };
    }

    /// Decides whether a change can have made a unit other than forecast; `drop`: empty when
    /// nothing was dropped; `acquitted`: the units that have worked with the drop in force.
    record Blame(CapabilitySet drop, boolean nesting, Systemd before, Set<String> acquitted) {
        /// The exit status of that name (systemd.exec(5), "Process Exit Codes").
        private static final int KEYRING = 237;

        private static final Capability SETUID = Capability.of("setuid");
        private static final String ACQUITTED =
                "failed in this boot, and not by what was dropped: it works since it was started again";

        /// Whether the change can be the cause: not when nothing was changed, another kind of
        /// condition failed, the unit's files were changed before the restart, it has worked since,
        /// or the kernel removed its keyring just then; `unit` is null when systemd no longer knows
        /// it.
        boolean canFallOnDrop(String name, @Nullable UnitState unit) {
            UnitState old = before.unit(name);
            boolean edited = old != null && old.detail().files().needDaemonReload();
            boolean changed = nesting || !drop.isEmpty();
            if (!changed || edited || acquitted.contains(name) || missedItsKeyring(unit)) {
                return false;
            }
            return nesting
                    || unit == null
                    || Outcome.of(unit) != Outcome.SKIPPED
                    || unit.conditions().stream()
                            .anyMatch(row ->
                                    row.result() == Condition.Result.FAILED
                                            && row.condition().type().equals("Capability"));
        }

        /// Returns a sentence fragment about the unit; `otherwise` where it was not acquitted.
        String why(String name, String otherwise) {
            return acquitted.contains(name) ? ACQUITTED : otherwise;
        }

        /// Whether the start failed of ENOKEY: the kernel removes a root user's keyring, which
        /// containers of one uid map share, after the user's last process; of all capabilities only
        /// setuid matters to that step (systemd's `setup_keyring`).
        private boolean missedItsKeyring(@Nullable UnitState unit) {
            UnitDetail.Exit exit = unit == null ? null : unit.detail().exit();
            return exit != null
                    && exit.status() == KEYRING
                    && exit.code() == UnitDetail.Exit.EXITED
                    && !drop.contains(SETUID);
        }
    }
}
