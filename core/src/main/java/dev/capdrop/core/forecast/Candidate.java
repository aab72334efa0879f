package dev.capdrop.core.forecast;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.document.Lazy;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Missing;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A unit that the next boot starts, and what the rules ask of it ([StartRules]).
record Candidate(
        BootFacts facts, UnitState unit, Question question, Outcome before, Lazy<Shortfall> found) {
    Candidate(BootFacts facts, UnitState unit, Question question) {
        this(
                facts,
                unit,
                question,
                Outcome.of(unit),
                new Lazy<>(() ->
                        Outcome.of(unit) == Outcome.NOT_STARTED
                                ? Shortfall.NONE
                                : facts.shortfalls().of(unit, question.missing())));
    }

    /// The question of a forecast.
    record Question(Outlook next, Outlook restartOnly, Missing missing, Freed freed) {
        boolean turnedByDrop(UnitState unit) {
            return next.list(unit.conditions()) != restartOnly.list(unit.conditions());
        }
    }

    /// The hindrances that the next boot is freed from because its container may nest, and could
    /// not before.
    record Freed(boolean nesting, Set<String> refused, Set<String> victims) {
        static final Freed NOTHING = new Freed(false, Set.of(), Set.of());

        static Freed of(Snapshot snapshot) {
            Set<String> refused = new HashSet<>();
            Set<String> victims = new HashSet<>();
            for (Diagnosis.Finding finding : Diagnosis.of(snapshot).refusedByAppArmor()) {
                refused.add(finding.unit());
                victims.addAll(finding.victims());
            }
            victims.removeAll(refused);
            return new Freed(true, refused, victims);
        }
    }

    List<Condition.Tested> asserts() {
        return unit.detail().asserts();
    }

    Shortfall shortfall() {
        return found.get();
    }

    @Nullable Rule settling() {
        return before == Outcome.NOT_STARTED
                ? null
                : facts.shortfalls().settling(unit, question.missing());
    }

    /// Whether the boot gave up starting the unit because of something that it requires: systemd
    /// asks a unit's conditions only when that is up (systemd.unit(5), "Conditions and Asserts").
    boolean isHeldUp() {
        return isUntried() && !facts.systemd().keepingBack(unit.detail().dependencies()).isEmpty();
    }

    boolean isUntried() {
        return before == Outcome.NOT_STARTED && unit.detail().activation().conditionMicros() == 0;
    }

    boolean endedAfterBoot() {
        UnitDetail detail = unit.detail();
        if (!detail.isRead() || (before != Outcome.FAILED && before != Outcome.INACTIVE)) {
            return false;
        }
        long finished = facts.systemd().manager().finishedMicros();
        boolean late = finished > 0 && detail.activation().deactivatedMicros() > finished;
        boolean endsByItself = isService() || unit.type() == UnitType.SCOPE;
        return late || (before == Outcome.INACTIVE && !endsByItself);
    }

    boolean restsWithOthers() {
        Dependencies its = unit.detail().dependencies();
        return Dependency.keeping().stream().anyMatch(kind -> restsWith(kind, its.of(kind)));
    }

    private boolean restsWith(Dependency kind, List<String> others) {
        return others.stream()
                .map(facts.systemd()::unit)
                .filter(Objects::nonNull)
                .filter(other -> Outcome.of(other) == Outcome.STARTED)
                .filter(other -> other.type() != UnitType.SOCKET)
                .anyMatch(other ->
                        kind.restsOnOther(facts.links().isAfter(unit.name(), other.name())));
    }

    boolean isRestartedWithOthers() {
        return facts.systemd().source() == Systemd.Source.FILES
                && isService()
                && unit.detail().dependencies().keeping().stream()
                        .map(facts.systemd()::unit)
                        .filter(Objects::nonNull)
                        .filter(other -> other.type() == UnitType.SERVICE)
                        .filter(other -> Outcome.of(other) == Outcome.STARTED)
                        .anyMatch(other -> facts.shortfalls().execution(other).isRestarted());
    }

    boolean isEndedDaemon() {
        return before == Outcome.INACTIVE
                && isService()
                && facts.shortfalls().execution(unit).isDaemon();
    }

    private boolean isService() {
        return unit.type() == UnitType.SERVICE;
    }

    AppArmorLimits.@Nullable Refusal confined() {
        return before == Outcome.STARTED && !question.freed().nesting()
                ? facts.confinement().refusal(unit, facts.shortfalls().execution(unit))
                : null;
    }

    Condition.Result nextAsserts() {
        return question.next().list(asserts());
    }

    Condition.Result restartAsserts() {
        return question.restartOnly().list(asserts());
    }

    String untested() {
        return facts.systemd().source() == Systemd.Source.FILES
                ? "its files leave undecided "
                : "systemd has not tested ";
    }
}
