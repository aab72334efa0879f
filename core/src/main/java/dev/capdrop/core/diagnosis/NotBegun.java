package dev.capdrop.core.diagnosis;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail.Activation;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds out why systemd did not begin with units that are inactive although they are wanted and
/// their conditions hold.
///
/// Of units that were each to start after the other it left one out. It says so before its journal
/// runs, so that only the orderings tell. Which of a circle the next boot leaves out nobody knows;
/// of the last boot it is the one that nobody came to start.
///
/// Source: systemd's src/core/unit.c, `unit_start`; src/core/swap.c, `swap_supported`, which asks
/// whether PID 1 is in a container; src/core/transaction.c, `transaction_verify_order_one`.
final class NotBegun {
    private static final Cause SWAP =
            new Cause.NotNamespaced("giving swap space to the host's kernel");

    private final Systemd systemd;

    /// What the units that are up pull in.
    private final Set<String> wanted;

    NotBegun(Systemd systemd) {
        this.systemd = systemd;
        wanted =
                systemd.units().stream()
                        .filter(unit -> !unit.active().isDown())
                        .flatMap(unit -> unit.detail().dependencies().pulledIn().stream())
                        .collect(Collectors.toSet());
    }

    @Nullable Cause why(UnitState unit) {
        Cause asked = whenAsked(unit);
        asked = asked == null ? startsNothing(unit) : asked;
        String other = asked == null ? other(unit) : null;
        return other == null ? asked : new Cause.OrderingCycle(other);
    }

    private static boolean isRefused(UnitState unit) {
        Activation last = unit.detail().activation();
        return last.conditionResult()
                && last.conditionMicros() > last.activatedMicros()
                && unit.loaded()
                && unit.active().isDown()
                && !unit.failed();
    }

    /// systemd refuses to start what is to start a unit that is not there (src/core/unit.c,
    /// `unit_test_trigger_loaded`).
    private @Nullable Cause startsNothing(UnitState unit) {
        if (!isRefused(unit)) {
            return null;
        }
        return systemd.units().stream()
                .filter(other -> other.load() == UnitState.LoadState.NOT_FOUND)
                .filter(other ->
                        other.detail()
                                .dependencies()
                                .of(Dependency.TRIGGERED_BY)
                                .contains(unit.name()))
                .findFirst()
                .map(other -> Telling.made("starts-nothing", null, other.name()))
                .orElse(null);
    }

    static @Nullable Cause whenAsked(UnitState unit) {
        if (!isRefused(unit)) {
            return null;
        }
        for (Condition.Tested row : unit.detail().asserts()) {
            if (row.result() == Condition.Result.FAILED) {
                return new Cause.AssertionFailed(row.condition().formatAssertion());
            }
        }
        return unit.type() == UnitType.SWAP ? SWAP : null;
    }

    /// Returns the unit that this one, which somebody wanted and nobody has tried to start, stands
    /// in a circle with; null where there is none.
    private @Nullable String other(UnitState unit) {
        Activation run = unit.detail().activation();
        boolean untouched =
                unit.loaded()
                        && unit.active().isDown()
                        && !unit.failed()
                        && unit.detail().isRead()
                        && run.conditionMicros() == 0
                        && run.activatedMicros() == 0;
        return untouched && wanted.contains(unit.name())
                ? Names.find(after(unit.name()), before -> reaches(before, unit.name()))
                : null;
    }

    private boolean reaches(String from, String to) {
        Deque<String> open = new ArrayDeque<>(List.of(from));
        Set<String> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            for (String next : after(open.pop())) {
                if (next.equals(to)) {
                    return true;
                }
                if (seen.add(next)) {
                    open.push(next);
                }
            }
        }
        return false;
    }

    private List<String> after(String name) {
        UnitState unit = systemd.called(name);
        return unit == null ? List.of() : unit.detail().dependencies().of(Dependency.AFTER);
    }
}
