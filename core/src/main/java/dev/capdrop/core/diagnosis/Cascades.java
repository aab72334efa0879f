package dev.capdrop.core.diagnosis;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The units that are not up because of another one, by the dependencies that the snapshot holds.
///
/// Source: [Dependency], the rulebook of what becomes of a unit when another does not start.
final class Cascades {
    private final Systemd systemd;
    private final Evidence evidence;

    private final Map<String, String> by = new HashMap<>();

    private Cascades(Systemd systemd, Evidence evidence) {
        this.systemd = systemd;
        this.evidence = evidence;
    }

    static Cascades of(Systemd systemd, Evidence evidence) {
        Cascades cascades = new Cascades(systemd, evidence);
        boolean more = true;
        while (more) {
            more = false;
            for (UnitState unit : systemd.units()) {
                if (unit.detail().isRead() && !cascades.by.containsKey(unit.name())) {
                    String culprit = cascades.culprit(unit, unit.detail());
                    if (culprit != null) {
                        cascades.by.put(unit.name(), culprit);
                        more = true;
                    }
                }
            }
        }
        return cascades;
    }

    @Nullable String root(String unit) {
        String root = by.get(unit);
        Set<String> passed = new HashSet<>(Set.of(unit));
        while (root != null && by.containsKey(root) && passed.add(root)) {
            root = by.get(root);
        }
        return unit.equals(root) ? null : root;
    }

    List<String> victims(String unit) {
        Set<String> victims = new TreeSet<>();
        by.keySet().stream().filter(victim -> unit.equals(root(victim))).forEach(victims::add);
        return List.copyOf(victims);
    }

    private @Nullable String culprit(UnitState unit, UnitDetail detail) {
        if (unit.failed() || unit.isBetweenRuns()) {
            return detail.exit() != null && detail.exit().result().endsWith(Diagnosis.START_LIMIT)
                    ? starter(unit, detail)
                    : boundTo(unit, detail);
        }
        return keptBack(unit, detail) ? required(unit, detail) : null;
    }

    private @Nullable String starter(UnitState unit, UnitDetail detail) {
        if (detail.exit() != null && detail.exit().status() != 0) {
            return null;
        }
        for (UnitState other : systemd.units()) {
            boolean inTrouble = other.failed() || other.loops() || by.containsKey(other.name());
            if (inTrouble && !other.name().equals(unit.name())) {
                Dependencies links = other.detail().dependencies();
                boolean triggers = links.of(Dependency.TRIGGERED_BY).contains(unit.name());
                if (links.pulledIn().contains(unit.name())
                        || (triggers && !startsInVain(unit, other))
                        || (startsInVain(other, unit)
                                && detail.dependencies()
                                        .of(Dependency.TRIGGERED_BY)
                                        .contains(other.name()))) {
                    return other.name();
                }
            }
        }
        return null;
    }

    /// Whether a path unit has had a service started too often that did well each time: what it
    /// watches for was still there.
    private static boolean startsInVain(UnitState path, UnitState service) {
        UnitDetail.Exit exit = service.detail().exit();
        return path.type() == UnitType.PATH
                && exit != null
                && exit.result().equals(Diagnosis.START_LIMIT)
                && exit.status() == 0;
    }

    private @Nullable String boundTo(UnitState unit, UnitDetail detail) {
        return Names.find(
                detail.dependencies().of(Dependency.BINDS_TO),
                name -> standing(name) != null && !name.equals(unit.name()));
    }

    private boolean keptBack(UnitState unit, UnitDetail detail) {
        boolean skipped =
                detail.activation().conditionMicros() > 0 && !detail.activation().conditionResult();
        return unit.active().isDown()
                && unit.loaded()
                && !skipped
                && evidence.of(unit.name()).neededBy().stream().anyMatch(this::counts);
    }

    private boolean counts(String name) {
        UnitState unit = systemd.called(name);
        return name.equals(systemd.manager().defaultTarget())
                || systemd.manager().state().equals(Diagnosis.EMERGENCY)
                || by.containsKey(name)
                || (unit != null && !unit.active().isDown());
    }

    private @Nullable String required(UnitState unit, UnitDetail detail) {
        Dependencies links = detail.dependencies();
        for (Dependency kind : Dependency.keeping()) {
            for (String name : links.of(kind)) {
                boolean ordered = links.of(Dependency.AFTER).contains(name);
                Dependency.Standing standing = standing(name);
                if (standing == null && !isTried(detail) && isLooping(name)) {
                    standing = Dependency.Standing.FAILED;
                }
                if (standing != null
                        && !name.equals(unit.name())
                        && kind.consequence(standing, ordered) != Dependency.Consequence.NONE) {
                    return name;
                }
            }
        }
        return null;
    }

    /// Whether anything has tried to start it: a job that ends by `dependency` does not come to the
    /// unit's conditions.
    private static boolean isTried(UnitDetail detail) {
        return detail.activation().conditionMicros() > 0;
    }

    /// Whether it is started again and again. Its first run that failed has ended the jobs of those
    /// that waited for it, and none of the later ones begins them anew.
    private boolean isLooping(String name) {
        UnitState unit = systemd.called(name);
        return unit != null && unit.loops();
    }

    private Dependency.@Nullable Standing standing(String name) {
        UnitState unit = systemd.called(name);
        if (unit == null) {
            return null;
        }
        if (unit.load() == UnitState.LoadState.NOT_FOUND) {
            return Dependency.Standing.ABSENT;
        }
        if (unit.failed() || isLostDevice(unit) || NotBegun.whenAsked(unit) != null) {
            return Dependency.Standing.FAILED;
        }
        return by.containsKey(unit.name()) ? Dependency.Standing.NOT_STARTED : null;
    }

    /// Whether it is a device that is not there: whoever needs it has waited in vain, and ends by
    /// `dependency` (systemd.device(5)).
    private static boolean isLostDevice(UnitState unit) {
        return unit.type() == UnitType.DEVICE && unit.active().isDown();
    }

    List<String> absent() {
        return systemd.units().stream()
                .filter(unit -> unit.load() == UnitState.LoadState.NOT_FOUND || isLostDevice(unit))
                .filter(unit -> !unit.failed() && by.containsValue(unit.name()))
                .map(UnitState::name)
                .toList();
    }
}
