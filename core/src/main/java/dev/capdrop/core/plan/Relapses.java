package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.condition.ConditionResult;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.KernelRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Finds the units that the next start of a running container starts in vain.
///
/// @param returns what PID 1 is without, what the next start brings it, and what is worth nothing
///   to it
record Relapses(Systemd systemd, CapabilitySet returns, Outlook outlook) {
    /// @param next PID 1's bounding set at the next start
    static Relapses of(Snapshot snapshot, Init init, Systemd systemd, CapabilitySet next) {
        CapabilitySet returns = CapabilitySet.EMPTY;
        for (Capability capability : next.minus(init.bounding())) {
            returns = Worth.isInert(capability, snapshot) ? returns.with(capability) : returns;
        }
        return new Relapses(systemd, returns, new Outlook(next, systemd.nextBoot(), false));
    }

    /// All of them, by name.
    ///
    /// @param failed the units of which it is known that they have failed with the capability held
    List<Relapse> all(Set<String> failed) {
        List<Relapse> all = new ArrayList<>();
        if (!returns.isEmpty()) {
            for (UnitState unit : systemd.units()) {
                if (is(unit)) {
                    all.add(new Relapse(unit.name(), asked(unit), evidence(unit, failed)));
                }
            }
        }
        return all;
    }

    /// Whether this unit is one.
    boolean is(UnitState unit) {
        UnitDetail detail = unit.detail();
        return !returns.isEmpty()
                && detail != null
                && detail.conditionMicros() > 0
                && unit.loadState().equals("loaded")
                && Outcome.of(unit) == Outcome.SKIPPED
                && !asked(unit).isEmpty()
                && isStarted(unit);
    }

    private boolean isStarted(UnitState unit) {
        ConditionResult result = outlook.list(unit.conditions());
        return result != ConditionResult.FAILED && result != ConditionResult.ERROR;
    }

    private CapabilitySet asked(UnitState unit) {
        CapabilitySet asked = CapabilitySet.EMPTY;
        for (TestedCondition row : unit.conditions()) {
            Capability capability = Conditions.capability(row.condition());
            if (capability != null && !row.condition().negate() && returns.contains(capability)) {
                asked = asked.with(capability);
            }
        }
        return asked;
    }

    /// What is known is known of a unit that is surely started.
    private Relapse.Evidence evidence(UnitState unit, Set<String> failed) {
        UnitDetail detail = unit.detail();
        if (detail == null || outlook.list(unit.conditions()) != ConditionResult.SUCCEEDED) {
            return Relapse.Evidence.NONE;
        }
        if (KernelRefusal.ofUnit(unit.name(), detail.settings())) {
            return Relapse.Evidence.KERNEL;
        }
        return failed.contains(unit.name()) ? Relapse.Evidence.JOURNAL : Relapse.Evidence.NONE;
    }
}
