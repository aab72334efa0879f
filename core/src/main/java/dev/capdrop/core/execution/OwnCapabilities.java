package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.UnitState;
import org.jspecify.annotations.Nullable;

/// The capabilities that a service asks capset(2) for. The kernel refuses the whole call with EPERM
/// when that is more than is permitted (security/commoncap.c, `cap_capset`), whether it would ever
/// honour the capability or not, and many a program ends then.
///
/// No check tells of it. But a service that runs and holds less than it might holds what it asked
/// for; and of programs that ask for more, or pass over a refusal, the source was read
/// ([KnownProgram]).
final class OwnCapabilities {
    static Shortfall shortfall(
            UnitState unit, Execution execution, @Nullable Programs programs, Missing missing) {
        CapabilitySet now = missing.held().union(missing.dropped());
        CapabilitySet refused = asked(unit, execution, programs, now).intersect(missing.dropped());
        KnownProgram known = refused.isEmpty() ? null : known(execution);
        refused = known == null ? refused : refused.minus(known.goingOn());
        return refused.isEmpty()
                ? Shortfall.NONE
                : new Shortfall.Undecided(
                        GeneralRule.OWN_CAPABILITIES,
                        refused,
                        Why.of(execution.commands().getLast().program())
                                .then(" sets its own capabilities, may ask for ")
                                .then(refused)
                                .then(" and end when that is refused"));
    }

    static CapabilitySet asked(
            UnitState unit,
            Execution execution,
            @Nullable Programs programs,
            CapabilitySet bounding) {
        CapabilitySet held = unit.detail().held();
        CapabilitySet may = Reach.of(execution, programs).capabilities().intersect(bounding);
        KnownProgram known = known(execution);
        if (known != null) {
            return known.without().intersect(held == null ? may : may.intersect(held));
        }
        return held == null || held.containsAll(may) ? CapabilitySet.EMPTY : may.intersect(held);
    }

    private static @Nullable KnownProgram known(Execution execution) {
        return execution.commands().stream()
                .map(ExecLine::name)
                .flatMap(name ->
                        KnownProgram.of(KnownProgram.Fact.ASKS).stream()
                                .filter(row ->
                                        (name + "-").startsWith(row.programs().getFirst() + "-")))
                .findFirst()
                .orElse(null);
    }
}
