package dev.capdrop.core.forecast;

import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import java.util.HashMap;
import java.util.Map;

/// Units of one boot that conflict with each other. Of two that nothing requires systemd takes one
/// out of the boot before it begins, and asks the conditions of the other one only
/// (systemd.unit(5), "Conflicts="; src/core/transaction.c, `delete_one_unmergeable_job`). A boot
/// that somebody has seen shows which; files do not.
final class Opponents {
    private Opponents() {}

    static Map<String, String> of(Systemd systemd, BootSet bootSet) {
        Map<String, String> opponents = new HashMap<>();
        if (systemd.source() != Systemd.Source.FILES) {
            return opponents;
        }
        for (UnitState unit : systemd.units()) {
            if (!isStarted(unit, bootSet)) {
                continue;
            }
            for (String name : unit.detail().dependencies().of(Dependency.CONFLICTS)) {
                UnitState other = systemd.unit(name);
                if (other != null && isStarted(other, bootSet)) {
                    opponents.putIfAbsent(unit.name(), other.name());
                    opponents.putIfAbsent(other.name(), unit.name());
                }
            }
        }
        return opponents;
    }

    private static boolean isStarted(UnitState unit, BootSet bootSet) {
        return unit.loaded() && bootSet.pullsIn(unit);
    }
}
