package dev.capdrop.core.explanation;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.explanation.UnitExplanation.Ground;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds the ground for a unit's state.
final class Grounds {
    private static final List<Dependency> KINDS =
            List.of(
                    Dependency.BINDS_TO,
                    Dependency.REQUISITE,
                    Dependency.REQUIRES,
                    Dependency.UPHOLDS,
                    Dependency.WANTS,
                    Dependency.TRIGGERED_BY);

    static Ground of(
            UnitState unit,
            @Nullable Finding finding,
            List<UnitExplanation.Relation> relations,
            Systemd systemd,
            Snapshot snapshot) {
        UnitDetail detail = unit.detail();
        if (!unit.loaded()) {
            return new Ground.NotLoaded(
                    unit.loadState(),
                    snapshot.problemsAbout(unit.name(), detail.files().fragment()));
        }
        Outcome outcome = Outcome.of(unit);
        if (outcome == Outcome.NOT_STARTED && snapshot.lacks(Snapshot.Unread.Part.UNITS)) {
            return new Ground.PartlyRead(snapshot.problems());
        }
        return switch (outcome) {
            case SKIPPED -> new Ground.Conditions();
            case FAILED ->
                    finding != null
                            ? new Ground.Failure(finding.cause())
                            : new Ground.Ended(detail.exit());
            case ACTIVE, UNDECIDED, STARTED -> new Ground.Started(pulling(relations, systemd));
            case INACTIVE -> new Ground.Ended(detail.exit());
            case NOT_STARTED -> notStarted(detail, relations, systemd);
        };
    }

    private static Ground notStarted(
            UnitDetail detail, List<UnitExplanation.Relation> relations, Systemd systemd) {
        if (Conditions.list(detail.asserts()) == Condition.Result.FAILED) {
            return new Ground.Assertions();
        }
        List<String> pulling = pulling(relations, systemd);
        if (pulling.isEmpty()) {
            List<String> triggers = detail.dependencies().of(Dependency.TRIGGERED_BY);
            List<String> armed = triggers.stream().filter(name -> isActive(name, systemd)).toList();
            return armed.isEmpty() ? new Ground.NotWanted() : new Ground.Waiting(armed);
        }
        List<String> missing = systemd.keepingBack(detail.dependencies());
        return missing.isEmpty() ? new Ground.NotTried(pulling) : new Ground.KeptBack(missing);
    }

    private static List<String> pulling(List<UnitExplanation.Relation> relations, Systemd systemd) {
        return relations.stream()
                .filter(relation ->
                        switch (relation.kind()) {
                            case REQUISITE, TRIGGERED_BY -> false;
                            default -> isActive(relation.unit(), systemd);
                        })
                .map(UnitExplanation.Relation::unit)
                .toList();
    }

    private static boolean isActive(String name, Systemd systemd) {
        UnitState unit = systemd.unit(name);
        return unit != null && Outcome.of(unit).isUp();
    }

    /// Returns the dependencies of other units that name this one (systemd.unit(5), "Mapping of
    /// unit properties to their inverses").
    static List<UnitExplanation.Relation> relations(String name, Systemd systemd, TimeLimit time) {
        List<UnitExplanation.Relation> relations = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Dependency kind : KINDS) {
            for (UnitState other : systemd.units()) {
                time.check();
                boolean named = other.detail().dependencies().of(kind).contains(name);
                if (named && known.add(other.name())) {
                    relations.add(
                            new UnitExplanation.Relation(other.name(), kind, Outcome.of(other)));
                }
            }
        }
        return relations;
    }
}
