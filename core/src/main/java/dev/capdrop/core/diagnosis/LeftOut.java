package dev.capdrop.core.diagnosis;

import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Units whose start systemd left out, since each was to start after the other. It says so before
/// its journal runs, so that only the orderings tell. Which of a circle the next boot leaves out
/// nobody knows; of the last boot it is the one that nobody came to start.
///
/// Source: systemd's src/core/transaction.c, `transaction_verify_order_one`.
final class LeftOut {
    private LeftOut() {}

    /// Returns the unit that this one, which somebody wanted and nobody has tried to start, stands
    /// in a circle with; null where there is none.
    static @Nullable String other(UnitState unit, Systemd systemd) {
        UnitDetail.Activation run = unit.detail().activation();
        boolean untouched =
                unit.loaded()
                        && unit.active().isDown()
                        && !unit.failed()
                        && unit.detail().isRead()
                        && run.conditionMicros() == 0
                        && run.activatedMicros() == 0;
        if (!untouched || !isWanted(unit.name(), systemd)) {
            return null;
        }
        for (String before : after(unit.name(), systemd)) {
            if (reaches(before, unit.name(), systemd)) {
                return before;
            }
        }
        return null;
    }

    private static boolean isWanted(String name, Systemd systemd) {
        return systemd.units().stream()
                .filter(other -> !other.active().isDown())
                .anyMatch(other -> other.detail().dependencies().pulledIn().contains(name));
    }

    private static boolean reaches(String from, String to, Systemd systemd) {
        Deque<String> open = new ArrayDeque<>(List.of(from));
        Set<String> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            for (String next : after(open.pop(), systemd)) {
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

    private static List<String> after(String name, Systemd systemd) {
        UnitState unit = systemd.called(name);
        return unit == null ? List.of() : unit.detail().dependencies().of(Dependency.AFTER);
    }
}
