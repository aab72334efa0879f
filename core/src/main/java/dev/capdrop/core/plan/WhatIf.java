package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.capability.Knowledge;
import dev.capdrop.core.capability.Scope;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.plan.Effect.TurnedBy;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the next boot of a container makes of each unit, were PID 1's bounding set another one.
///
/// It replays, it does not guess: systemd's own result of each condition stands, except for the
/// rows that the bounding set or the restart turns.
public final class WhatIf {
    private final Snapshot snapshot;
    private final Init init;
    private final Systemd systemd;
    private final BootSet bootSet;

    private WhatIf(Snapshot snapshot, Init init, Systemd systemd) {
        this.snapshot = snapshot;
        this.init = init;
        this.systemd = systemd;
        this.bootSet = BootSet.of(systemd);
    }

    /// The what-if over this snapshot.
    ///
    /// @throws IllegalArgumentException when the container does not run or its systemd is not known
    public static WhatIf over(Snapshot snapshot) {
        if (snapshot.init() == null || snapshot.systemd() == null) {
            throw new IllegalArgumentException(
                    "'" + snapshot.container().target() + "': nothing is known of its units");
        }
        return new WhatIf(snapshot, snapshot.init(), snapshot.systemd());
    }

    /// What the next boot makes of every unit when PID 1's bounding set is `bounding`.
    public Forecast forecast(CapabilitySet bounding) {
        Drawing drawing = new Drawing(bounding);
        for (UnitState unit : systemd.units()) {
            if (unit.loadState().equals("loaded") && !UnitName.type(unit.name()).equals("device")) {
                drawing.add(unit);
            }
        }
        drawing.propagate();
        return drawing.finish();
    }

    /// One forecast in the making.
    private final class Drawing {
        private final Outlook next;
        private final Outlook restartOnly;
        private final CapabilitySet honouredDrop;
        private final Map<String, Effect> effects = new LinkedHashMap<>();
        private final Map<String, Undecided> undecided = new LinkedHashMap<>();
        private final List<RestartLoss> losses = new ArrayList<>();

        Drawing(CapabilitySet bounding) {
            next = new Outlook(bounding, systemd.nextBoot());
            restartOnly = new Outlook(init.bounding(), systemd.nextBoot());
            honouredDrop = honoured(init.bounding().minus(bounding));
        }

        void add(UnitState unit) {
            if (bootSet.isSimplyThere(unit)) {
                decide(unit, Outcome.ACTIVE, TurnedBy.NOTHING, "");
            } else if (bootSet.pullsIn(unit)) {
                addStartedByBoot(unit);
            } else if (Outcome.isRunning(unit)) {
                boolean refused = refusedByDrop(unit);
                losses.add(new RestartLoss(unit.name(), originOf(unit), refused));
            } else if (unit.failed()) {
                leaveOpen(unit, false, "failed, but no boot starts it", "its next run");
            }
        }

        private void addStartedByBoot(UnitState unit) {
            switch (next.list(unit.conditions())) {
                case FAILED, ERROR -> decide(unit, Outcome.SKIPPED, turner(unit), skipReason(unit));
                case SUCCEEDED -> addAllowed(unit);
                case UNTESTED, UNDECIDED ->
                        leaveOpen(
                                unit,
                                refusedByDrop(unit),
                                openConditions(unit),
                                "the restart itself");
            }
        }

        private void addAllowed(UnitState unit) {
            Outcome before = Outcome.of(unit);
            UnitDetail detail = unit.detail();
            if (detail != null && detail.needDaemonReload()) {
                leaveOpen(
                        unit,
                        false,
                        "its files changed since systemd read them",
                        "systemctl daemon-reload");
            } else if (detail != null && next.list(detail.asserts()) == ConditionResult.FAILED) {
                decide(unit, Outcome.NOT_STARTED, TurnedBy.RESTART, "an assertion does not hold");
            } else if (before == Outcome.SKIPPED) {
                leaveOpen(
                        unit,
                        restartOnly.list(unit.conditions()) == ConditionResult.FAILED,
                        "was skipped; its conditions will hold, and what it does then is not known",
                        "the restart itself");
            } else if (before == Outcome.NOT_STARTED && isEnabled(detail)) {
                leaveOpen(
                        unit,
                        false,
                        "is enabled, and this boot has not tried to start it",
                        "the restart itself");
            } else if (endedAfterBoot(unit, before)) {
                leaveOpen(
                        unit,
                        false,
                        "ended after the boot; the restart starts it again",
                        "the restart itself");
            } else if (before == Outcome.ACTIVE && runsProcess(unit) && !honouredDrop.isEmpty()) {
                leaveOpen(
                        unit,
                        true,
                        "may use " + honouredDrop + ", which the kernel honours here",
                        "learning which capabilities it uses");
            } else {
                decide(unit, before, TurnedBy.NOTHING, "");
            }
        }

        private void decide(UnitState unit, Outcome after, TurnedBy turnedBy, String why) {
            Outcome before = Outcome.of(unit);
            boolean same = before == after;
            effects.put(
                    unit.name(),
                    new Effect(
                            unit.name(),
                            before,
                            after,
                            same ? TurnedBy.NOTHING : turnedBy,
                            same ? "" : why));
        }

        private void leaveOpen(UnitState unit, boolean byDrop, String why, String settledBy) {
            effects.remove(unit.name());
            undecided.put(
                    unit.name(),
                    new Undecided(unit.name(), Outcome.of(unit), byDrop, why, settledBy));
        }

        private TurnedBy turner(UnitState unit) {
            return refusedByDrop(unit) ? TurnedBy.DROP : TurnedBy.RESTART;
        }

        private boolean refusedByDrop(UnitState unit) {
            return next.list(unit.conditions()) != restartOnly.list(unit.conditions());
        }

        private String skipReason(UnitState unit) {
            List<String> triggers = new ArrayList<>();
            for (TestedCondition row : next.rows(unit.conditions())) {
                boolean holds = row.result().holds();
                if (row.condition().trigger()) {
                    triggers.add(row.condition().format());
                } else if (!holds && row.result() != ConditionResult.UNTESTED) {
                    return row.condition().format() + " no longer holds";
                }
            }
            return "none of " + String.join(", ", triggers) + " holds any longer";
        }

        private String openConditions(UnitState unit) {
            return next.rows(unit.conditions()).stream()
                    .filter(row -> row.result() == ConditionResult.UNTESTED)
                    .map(TestedCondition::condition)
                    .map(condition -> condition.format())
                    .collect(Collectors.joining(", ", "systemd has not tested ", ""));
        }

        /// systemd.unit(5): a skipped unit satisfies `Requires=`, but neither `Requisite=` nor
        /// `BindsTo=` with `After=`; a unit that could not be started satisfies none of them.
        void propagate() {
            boolean changed = true;
            while (changed) {
                changed = false;
                for (UnitState unit : systemd.units()) {
                    changed |= propagateTo(unit);
                }
            }
        }

        private boolean propagateTo(UnitState unit) {
            Effect effect = effects.get(unit.name());
            UnitDetail detail = unit.detail();
            if (effect == null
                    || detail == null
                    || effect.after() == Outcome.SKIPPED
                    || effect.after() == Outcome.NOT_STARTED) {
                return false;
            }
            String missing = missingDependency(detail);
            if (missing != null) {
                decide(
                        unit,
                        Outcome.NOT_STARTED,
                        TurnedBy.DROP,
                        "hangs on " + missing + ", which is skipped");
                return true;
            }
            return false;
        }

        private @Nullable String missingDependency(UnitDetail detail) {
            for (String name : detail.links().bindsTo()) {
                if (detail.links().after().contains(name) && lost(name)) {
                    return name;
                }
            }
            for (String name : detail.links().requisite()) {
                if (lost(name)) {
                    return name;
                }
            }
            for (String name : detail.links().requires()) {
                Effect effect = effects.get(name);
                if (effect != null && effect.changes() && effect.after() == Outcome.NOT_STARTED) {
                    return name;
                }
            }
            return null;
        }

        private boolean lost(String name) {
            Effect effect = effects.get(name);
            return effect != null
                    && effect.before() == Outcome.ACTIVE
                    && (effect.after() == Outcome.SKIPPED || effect.after() == Outcome.NOT_STARTED);
        }

        /// What did not start because something it requires had failed may start once that is
        /// skipped.
        private void leaveHealedDependantsOpen() {
            for (UnitState unit : systemd.units()) {
                Effect effect = effects.get(unit.name());
                UnitDetail detail = unit.detail();
                if (effect != null
                        && detail != null
                        && effect.after() == Outcome.NOT_STARTED
                        && !effect.changes()) {
                    for (String name : detail.links().requires()) {
                        Effect required = effects.get(name);
                        if (required != null
                                && required.before() == Outcome.FAILED
                                && required.changes()) {
                            leaveOpen(
                                    unit,
                                    true,
                                    name + ", which it requires, no longer fails",
                                    "the restart itself");
                        }
                    }
                }
            }
        }

        Forecast finish() {
            leaveHealedDependantsOpen();
            return new Forecast(
                    List.copyOf(effects.values()), List.copyOf(undecided.values()), losses);
        }
    }

    /// Whether the unit's present state came about after the boot, so that the next boot may end
    /// otherwise.
    private boolean endedAfterBoot(UnitState unit, Outcome before) {
        UnitDetail detail = unit.detail();
        if (detail == null || (before != Outcome.FAILED && before != Outcome.INACTIVE)) {
            return false;
        }
        boolean late =
                systemd.finishedMicros() > 0
                        && detail.deactivatedMicros() > systemd.finishedMicros();
        boolean neverEndsByItself =
                switch (UnitName.type(unit.name())) {
                    case "service", "scope" -> false;
                    default -> true;
                };
        return late || (before == Outcome.INACTIVE && neverEndsByItself);
    }

    /// What was enabled since the boot is loaded and has never been tried.
    private static boolean isEnabled(@Nullable UnitDetail detail) {
        return detail != null
                && detail.conditionMicros() == 0
                && detail.unitFileState().startsWith("enabled");
    }

    private static boolean runsProcess(UnitState unit) {
        return UnitName.type(unit.name()).equals("service");
    }

    private CapabilitySet honoured(CapabilitySet drop) {
        CapabilitySet honoured = CapabilitySet.EMPTY;
        for (Capability capability : drop) {
            Knowledge known = capability.knowledge();
            boolean inert = known != null && known.scope() == Scope.INERT && init.unprivileged();
            honoured = inert ? honoured : honoured.with(capability);
        }
        return honoured;
    }

    private static String originOf(UnitState unit) {
        if (BootSet.isOfSession(unit)) {
            return "belongs to a login session";
        }
        UnitDetail detail = unit.detail();
        if (detail == null || detail.links().triggeredBy().isEmpty()) {
            return "was started by hand or on demand";
        }
        return "was started by " + String.join(", ", detail.links().triggeredBy());
    }

    /// The snapshot that this looks at.
    public Snapshot snapshot() {
        return snapshot;
    }
}
