package dev.capdrop.core.change;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.plan.Effect;
import dev.capdrop.core.plan.Forecast;
import dev.capdrop.core.plan.Outcome;
import dev.capdrop.core.plan.RestartLoss;
import dev.capdrop.core.plan.Undecided;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitExit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.CredentialMount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares a forecast with the snapshot of the boot that it was about.
final class Comparison {
    /// The exit status of that name (systemd.exec(5), "Process Exit Codes").
    private static final int KEYRING = 237;

    /// `CLD_EXITED` of sigaction(2).
    private static final int EXITED = 1;

    private static final Capability SETUID = Capability.of("setuid");

    private final Systemd before;
    private final Systemd after;
    private final Forecast forecast;
    private final CapabilitySet drop;
    private final Map<String, UnitState> unitsBefore;
    private final Map<String, UnitState> unitsAfter;
    private final List<Mismatch> mismatches = new ArrayList<>();
    private int matched;

    private Comparison(Systemd before, Systemd after, Forecast forecast, CapabilitySet drop) {
        this.before = before;
        this.after = after;
        this.forecast = forecast;
        this.drop = drop;
        this.unitsBefore = byName(before);
        this.unitsAfter = byName(after);
    }

    /// @param drop the capabilities whose drop is to be judged; empty when nothing was dropped
    static Verification of(Forecast forecast, CapabilitySet drop, Snapshot before, Snapshot after) {
        if (before.systemd() == null) {
            throw new IllegalArgumentException(
                    "a forecast needs the units of the snapshot it was made from");
        }
        // of a container that does not run its files tell, and not a boot
        Systemd booted = after.running() ? after.systemd() : null;
        if (booted == null || !booted.settled()) {
            String state = booted == null ? "" : booted.state();
            return new Verification(
                    Verdict.WORSE,
                    state,
                    forecast.effects().size(),
                    0,
                    List.of(),
                    notBooted(after));
        }
        return new Comparison(before.systemd(), booted, forecast, drop).compare();
    }

    private static String notBooted(Snapshot after) {
        if (!after.running()) {
            return "the container does not run any more";
        }
        Systemd systemd = after.systemd();
        return systemd == null
                ? String.join("; ", after.problems())
                : "its systemd still says '"
                        + systemd.state()
                        + "' with "
                        + systemd.jobs()
                        + " jobs";
    }

    private Verification compare() {
        Set<String> named = new HashSet<>();
        for (Effect effect : forecast.effects()) {
            named.add(effect.unit());
            compare(effect);
        }
        for (Undecided open : forecast.undecided()) {
            named.add(open.unit());
            compareOpen(open);
        }
        forecast.lostByRestart().stream().map(RestartLoss::unit).forEach(named::add);
        for (UnitState unit : after.units()) {
            if (!named.contains(unit.name())) {
                compareUnnamed(unit);
            }
        }
        return new Verification(
                verdict(), after.state(), forecast.effects().size(), matched, mismatches, "");
    }

    private void compare(Effect effect) {
        UnitState unit = unitsAfter.get(effect.unit());
        Outcome actual = unit == null ? Outcome.NOT_STARTED : Outcome.of(unit);
        if (isAsSaid(effect.after(), actual)
                || (unit == null && effect.after() == Outcome.INACTIVE)) {
            matched++;
            return;
        }
        boolean failed = actual == Outcome.FAILED && effect.before() != Outcome.FAILED;
        boolean lost =
                wasRunning(effect.unit())
                        && actual != Outcome.ACTIVE
                        && !servedAllTheSame(effect.unit(), unit);
        mismatches.add(
                new Mismatch(
                        effect.unit(),
                        effect.after(),
                        actual,
                        dropCanCause(effect.unit(), unit),
                        failed || lost,
                        unit == null ? "systemd no longer knows it" : reason(unit)));
    }

    /// Whether it is a mount of credentials that is not there although its service, which would
    /// have failed without them, works: on a busy machine systemd 252 does now and then without.
    private boolean servedAllTheSame(String name, @Nullable UnitState unit) {
        String owner = CredentialMount.owner(name);
        UnitState service = owner == null ? null : unitsAfter.get(owner);
        return unit == null && service != null && Outcome.of(service) == Outcome.ACTIVE;
    }

    /// A unit that is started, no more being said, may run, have ended or have failed.
    private static boolean isAsSaid(Outcome said, Outcome actual) {
        return said == Outcome.STARTED
                ? actual.isUp() || actual == Outcome.INACTIVE || actual == Outcome.FAILED
                : actual == said;
    }

    /// A unit left open is no surprise, unless it fails now and did not before.
    private void compareOpen(Undecided open) {
        UnitState unit = unitsAfter.get(open.unit());
        if (unit != null && Outcome.of(unit) == Outcome.FAILED && open.before() != Outcome.FAILED) {
            mismatches.add(
                    new Mismatch(
                            open.unit(),
                            open.before(),
                            Outcome.FAILED,
                            dropCanCause(open.unit(), unit),
                            true,
                            "the plan left it open: " + open.why()));
        }
    }

    /// No boot starts such a unit, so its state is no surprise; a failure is.
    private void compareUnnamed(UnitState unit) {
        UnitState old = unitsBefore.get(unit.name());
        if (unit.failed() && (old == null || !old.failed())) {
            mismatches.add(
                    new Mismatch(
                            unit.name(),
                            old == null ? Outcome.NOT_STARTED : Outcome.of(old),
                            Outcome.FAILED,
                            ranBefore(old) && dropCanCause(unit.name(), unit),
                            true,
                            old == null
                                    ? "it is new since the restart"
                                    : "no boot starts it by itself"));
        }
    }

    /// Without an earlier run there is nothing to compare with: a timer or a hand started it now.
    private static boolean ranBefore(@Nullable UnitState old) {
        return old != null && old.detail() != null && old.detail().activatedMicros() > 0;
    }

    private boolean wasRunning(String name) {
        UnitState old = unitsBefore.get(name);
        return old != null && Outcome.isRunning(old);
    }

    /// What the drop cannot cause: anything when nothing was dropped, a condition of another kind,
    /// a unit whose files were changed before the restart, a keyring that the kernel removes at
    /// that very moment.
    private boolean dropCanCause(String name, @Nullable UnitState unit) {
        UnitState old = unitsBefore.get(name);
        boolean edited = old != null && old.detail() != null && old.detail().needDaemonReload();
        if (drop.isEmpty() || edited || missedItsKeyring(unit)) {
            return false;
        }
        return unit == null || Outcome.of(unit) != Outcome.SKIPPED || skippedByCapability(unit);
    }

    /// The containers of one uid map share the keyring of their root user, which the kernel removes
    /// some time after the last process of that user: a start at that moment fails of ENOKEY. Of
    /// all capabilities only setuid is asked for at this step (systemd's `setup_keyring`).
    private boolean missedItsKeyring(@Nullable UnitState unit) {
        UnitExit exit = unit == null || unit.detail() == null ? null : unit.detail().exit();
        return exit != null
                && exit.status() == KEYRING
                && exit.code() == EXITED
                && !drop.contains(SETUID);
    }

    private static boolean skippedByCapability(UnitState unit) {
        return unit.conditions().stream()
                .anyMatch(row ->
                        row.result() == ConditionResult.FAILED
                                && row.condition().type().equals("Capability"));
    }

    private static String reason(UnitState unit) {
        for (TestedCondition row : unit.conditions()) {
            if (row.result() == ConditionResult.FAILED) {
                return row.condition().format() + " does not hold";
            }
        }
        return unit.activeState() + " (" + unit.subState() + ")";
    }

    private Verdict verdict() {
        if (mismatches.stream().anyMatch(mismatch -> mismatch.harm() && mismatch.byDrop())) {
            return Verdict.WORSE;
        }
        return failed(after) < failed(before) ? Verdict.BETTER : Verdict.SAME;
    }

    /// The units that failed, but for those of which nobody knows whether they failed before.
    private long failed(Systemd systemd) {
        return systemd.units().stream()
                .filter(UnitState::failed)
                .filter(unit -> !isUnknownBefore(unit.name()))
                .count();
    }

    private boolean isUnknownBefore(String name) {
        UnitState old = unitsBefore.get(name);
        return old != null && Outcome.of(old) == Outcome.STARTED;
    }

    private static Map<String, UnitState> byName(Systemd systemd) {
        Map<String, UnitState> byName = new HashMap<>();
        systemd.units().forEach(unit -> byName.put(unit.name(), unit));
        return byName;
    }
}
