package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.forecast.Outlook;
import dev.capdrop.core.forecast.RuntimeMounts;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.List;

/// Units that a drop keeps from failing: those that failed with a capability that is worth nothing
/// to them, and those that the next start starts in vain ([VainStarts]).
final class Ailments {
    private final CapabilitySet base;
    private final VainStarts vainStarts;
    private final Observed seen;
    private final List<Ailment> all = new ArrayList<>();

    Ailments(Observed seen, CapabilitySet base) {
        this.seen = seen;
        this.base = base;
        this.vainStarts = VainStarts.of(seen, base);
        for (UnitState unit : seen.systemd().units()) {
            if (canBeHealed(unit)) {
                CapabilitySet asked = Conditions.asked(unit.conditions()).intersect(base);
                Ailment ailment = new Ailment(this, unit.name(), unit.conditions(), asked);
                if (!ailment.isHealedBy(CapabilitySet.EMPTY)) {
                    all.add(ailment);
                }
            }
        }
    }

    private boolean canBeHealed(UnitState unit) {
        boolean inVain = unit.failed() && !Diagnosis.inertConditions(unit, seen).isEmpty();
        return unit.loaded()
                && !unit.detail().files().needDaemonReload()
                && (inVain || vainStarts.contains(unit));
    }

    List<Ailment> all() {
        return all;
    }

    static CapabilitySet asked(List<Ailment> ailments) {
        return CapabilitySet.unionOf(ailments.stream().map(Ailment::asked));
    }

    private boolean isHealed(List<Condition.Tested> conditions, CapabilitySet drop) {
        CapabilitySet bounding = base.minus(drop);
        CapabilitySet dropped = seen.init().bounding().minus(bounding);
        boolean netIsReadOnly = RuntimeMounts.netIsReadOnly(seen.systemd(), dropped);
        Outlook next = new Outlook(bounding, seen.systemd().nextBoot(), netIsReadOnly);
        Condition.Result result = next.list(conditions);
        return result == Condition.Result.FAILED || result == Condition.Result.ERROR;
    }

    record Ailment(
            Ailments among, String unit, List<Condition.Tested> conditions, CapabilitySet asked) {
        boolean isHealedBy(CapabilitySet drop) {
            return among.isHealed(conditions, drop);
        }
    }
}
