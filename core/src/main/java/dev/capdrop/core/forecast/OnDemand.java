package dev.capdrop.core.forecast;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.execution.Missing;
import dev.capdrop.core.execution.Shortfall;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;

/// Services that no boot pulls in, but that a timer, a path, a socket or a call on the bus starts:
/// whether that happens before anybody looks, no file says.
///
/// Source: systemd.timer(5), systemd.path(5), systemd.socket(5); systemd.service(5), "BusName=".
final class OnDemand {
    private static final String WHEN = "started on demand only";
    private static final String NEXT_START = "its next start";

    private final Systemd systemd;
    private final BootSet bootSet;
    private final Shortfalls shortfalls;

    OnDemand(Systemd systemd, BootSet bootSet, Shortfalls shortfalls) {
        this.systemd = systemd;
        this.bootSet = bootSet;
        this.shortfalls = shortfalls;
    }

    /// Whether something that the next boot starts may start this unit.
    boolean mayStart(UnitState unit) {
        UnitDetail detail = unit.detail();
        return detail.isRead()
                && UnitName.type(unit.name()) == UnitType.SERVICE
                && (systemd.busActivated().contains(unit.name())
                        || shortfalls.execution(unit).has("BusName")
                        || detail.dependencies().of(Dependency.TRIGGERED_BY).stream()
                                .anyMatch(this::isThere));
    }

    private boolean isThere(String trigger) {
        UnitState unit = systemd.unit(trigger);
        return unit != null && unit.loaded() && bootSet.pullsIn(unit);
    }

    /// Says what is known of such a unit: that its start is open, and what comes of it then.
    void add(UnitState unit, Outlook next, Missing missing, Draft draft) {
        Condition.Result allowed = next.list(unit.conditions());
        if (allowed == Condition.Result.FAILED || allowed == Condition.Result.ERROR) {
            String refusal = next.refusal(unit.conditions());
            draft.leaveUndecided(
                    GeneralRule.ON_DEMAND,
                    unit,
                    false,
                    WHEN + ", and skipped then: " + refusal,
                    NEXT_START);
            return;
        }
        switch (shortfalls.of(unit, missing)) {
            case Shortfall.None _ ->
                    draft.leaveUndecided(GeneralRule.ON_DEMAND, unit, false, WHEN, NEXT_START);
            case Shortfall.Skip skip ->
                    draft.leaveUndecided(
                            GeneralRule.ON_DEMAND,
                            unit,
                            false,
                            Why.of(WHEN + ", and skipped then: ").then(skip.why()),
                            NEXT_START);
            case Shortfall.Failure failure -> fails(unit, failure, draft);
            case Shortfall.Undecided open -> {
                long boots = bootsWithout(unit);
                if (boots > 0) {
                    draft.leaveUndecidedAnyway(
                            GeneralRule.ON_DEMAND,
                            unit,
                            open.capabilities(),
                            Why.of(asInNone(boots) + "; ").then(open.why()),
                            NEXT_START);
                } else {
                    draft.leaveUndecided(
                            unit,
                            new Shortfall.Undecided(
                                    GeneralRule.ON_DEMAND,
                                    open.capabilities(),
                                    Why.of(WHEN + ", and ").then(open.why())));
                }
            }
        }
    }

    private void fails(UnitState unit, Shortfall.Failure failure, Draft draft) {
        draft.failsAtItsStart(unit);
        Why then = Why.of(", and fails then: ").then(failure.why());
        long boots = bootsWithout(unit);
        if (boots > 0) {
            draft.leaveUndecidedAnyway(
                    GeneralRule.ON_DEMAND,
                    unit,
                    failure.capabilities(),
                    Why.of(asInNone(boots)).then(then),
                    NEXT_START);
        } else {
            draft.leaveUndecided(
                    GeneralRule.ON_DEMAND, unit, true, Why.of(WHEN).then(then), NEXT_START);
        }
        if (systemd.source() == Systemd.Source.FILES) {
            draft.doubt(unit);
        }
    }

    /// In how many watched boots nothing started it, as nothing has in this one; 0 where one did,
    /// or may have.
    private long bootsWithout(UnitState unit) {
        return Outcome.of(unit) == Outcome.NOT_STARTED ? shortfalls.bootsWithout(unit) : 0;
    }

    private static String asInNone(long boots) {
        return WHEN + ", as in none of " + boots + " watched boots";
    }
}
