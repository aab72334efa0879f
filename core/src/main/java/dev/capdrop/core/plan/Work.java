package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.execution.Worth;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.SubState;
import java.util.EnumSet;
import java.util.Set;

/// Which units have something to lose: those that run, those that wait to start something else, and
/// those that have done their work at this boot and stay active to say so (systemd.service(5),
/// "RemainAfterExit="), such as a unit that loads a firewall.
///
/// A unit whose work takes a capability that the kernel never honours here has never done that
/// work, so that it may be skipped: one that loads kernel modules, for example.
public record Work(Snapshot snapshot) {
    private static final Set<SubState> DONE_OR_WAITING =
            EnumSet.of(SubState.EXITED, SubState.WAITING);

    /// Whether this unit, as the snapshot shows it, would be missed.
    public boolean isDoneBy(UnitState unit) {
        return Outcome.isRunning(unit)
                || (Outcome.of(unit).isUp()
                        && DONE_OR_WAITING.contains(unit.sub())
                        && !asksInVain(unit));
    }

    /// Whether its conditions ask for a capability that is worth nothing in this container, so that
    /// it has nothing to lose by a skip.
    public boolean asksInVain(UnitState unit) {
        return !askedInVain(unit).isEmpty();
    }

    /// The capabilities that its conditions ask for and that are worth nothing in this container.
    CapabilitySet askedInVain(UnitState unit) {
        CapabilitySet asked = CapabilitySet.EMPTY;
        for (TestedCondition row : unit.conditions()) {
            Capability capability = Conditions.capability(row.condition());
            if (capability != null
                    && !row.condition().negate()
                    && Worth.isInert(capability, snapshot)) {
                asked = asked.with(capability);
            }
        }
        return asked;
    }
}
