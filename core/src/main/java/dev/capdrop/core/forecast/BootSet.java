package dev.capdrop.core.forecast;

import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.snapshot.UnitState.ActiveState;
import dev.capdrop.core.unit.Dependency;
import module java.base;

/// The units that a boot starts: those that the default target pulls in, and those that are simply
/// there (mounts of the container itself, slices).
///
/// Source: bootup(7), systemd.unit(5) "Wants=", "Requires=", "BindsTo=", "Upholds=".
final class BootSet {
    /// The units that logind and the user managers make, for as long as somebody is logged in.
    private static final Pattern SESSION =
            Pattern.compile(
                    "(session-.*\\.scope|user-.+\\.slice|user@.*\\.service|user-runtime-dir@.*\\.service)");

    /// The slices that PID 1 makes by itself (systemd.special(7)).
    private static final Set<String> ROOT_SLICES = Set.of("-.slice", "system.slice");

    private final Set<String> pulledIn;
    private final Set<String> leftOut;
    private final boolean linksKnown;
    private final long finishedMicros;
    private final Map<String, String> opponents;

    BootSet(Systemd systemd) {
        String target = systemd.manager().defaultTarget();
        UnitState last = systemd.unit(target);
        finishedMicros = systemd.manager().finishedMicros();
        linksKnown = last != null && last.detail().isRead();
        pulledIn =
                systemd.reached(
                        List.of(target),
                        Dependency.pulling(),
                        (by, unit) -> !systemd.booting() && isLeftOut(by, unit));
        leftOut =
                systemd.units().stream()
                        .filter(unit -> !linksKnown && wasNotStarted(unit, systemd))
                        .map(UnitState::name)
                        .collect(Collectors.toSet());
        opponents = opponents(systemd);
    }

    /// Whether systemd has not come to start this unit since the boot began, though nothing that it
    /// requires was in the way: a start asks the conditions, whether there are any or not
    /// (systemd's `unit_test_condition`).
    private static boolean wasNotStarted(UnitState unit, Systemd systemd) {
        UnitDetail detail = unit.detail();
        return detail.isRead()
                && unit.active().isDown()
                && detail.activation().conditionMicros() == 0
                && Dependency.keeping().stream()
                        .flatMap(kind -> detail.dependencies().of(kind).stream())
                        .map(systemd::unit)
                        .allMatch(required ->
                                required != null
                                        && !required.failed()
                                        && !required.active().isDown());
    }

    /// Whether the boot came to nothing that only a mount that was there before it pulls in: a
    /// target without `AllowIsolate=yes` has no start of such a mount to wait for
    /// (src/core/transaction.c, `transaction_collect_garbage`).
    private boolean isLeftOut(UnitState by, UnitState unit) {
        UnitDetail detail = unit.detail();
        return isSimplyThere(by)
                && detail.isRead()
                && unit.active().isDown()
                && detail.activation().conditionMicros() == 0;
    }

    /// Whether the default target pulls this unit in. Where the links were not read, every unit
    /// that no session made, and that this boot did not leave out, is taken for one of the boot's.
    boolean pullsIn(UnitState unit) {
        return linksKnown
                ? pulledIn.contains(unit.name())
                : !isOfSession(unit) && !leftOut.contains(unit.name());
    }

    /// Whether this unit is active although systemd never started it: mounts that the container was
    /// given, the first slices, PID 1's scope. Nobody asks its conditions. A mount that came after
    /// the boot was made by hand.
    boolean isSimplyThere(UnitState unit) {
        UnitDetail detail = unit.detail();
        boolean up = unit.active() == ActiveState.ACTIVE || Outcome.of(unit) == Outcome.STARTED;
        return up
                && switch (unit.type()) {
                    case MOUNT, SWAP ->
                            detail.isRead()
                                    && detail.activation().conditionMicros() == 0
                                    && (finishedMicros == 0
                                            || detail.activation().activatedMicros()
                                                    <= finishedMicros);
                    case SLICE -> ROOT_SLICES.contains(unit.name());
                    case SCOPE -> unit.name().equals("init.scope");
                    case SERVICE, SOCKET, TARGET, DEVICE, AUTOMOUNT, TIMER, PATH, OTHER -> false;
                };
    }

    static boolean isOfSession(UnitState unit) {
        return SESSION.matcher(unit.name()).matches();
    }

    /// Returns the units of the boot that conflict with each other. Of two that nothing requires
    /// systemd takes one out of the boot before it begins (systemd.unit(5), "Conflicts=";
    /// src/core/transaction.c, `delete_one_unmergeable_job`). A boot that was seen shows which; but
    /// where both name the other one, a hash table with a key of its own in each boot decides.
    Map<String, String> opponents() {
        return opponents;
    }

    private Map<String, String> opponents(Systemd systemd) {
        Map<String, String> found = new HashMap<>();
        boolean unseen = systemd.source() == Systemd.Source.FILES;
        for (UnitState unit : systemd.units()) {
            for (String name : conflicts(unit)) {
                UnitState other = systemd.unit(name);
                if (other != null
                        && isStarted(unit)
                        && isStarted(other)
                        && (unseen || conflicts(other).contains(unit.name()))) {
                    found.putIfAbsent(unit.name(), other.name());
                    found.putIfAbsent(other.name(), unit.name());
                }
            }
        }
        return found;
    }

    private static List<String> conflicts(UnitState unit) {
        return unit.detail().dependencies().of(Dependency.CONFLICTS);
    }

    private boolean isStarted(UnitState unit) {
        return unit.loaded() && pullsIn(unit);
    }
}
