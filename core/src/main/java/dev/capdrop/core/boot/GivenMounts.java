package dev.capdrop.core.boot;

import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.LoadState;
import dev.capdrop.core.unit.SubState;
import dev.capdrop.core.unit.UnitName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The mounts that the runtime makes before PID 1 begins, as far as a capability decides about them
/// or the container's configuration asks for them. systemd finds them active, whatever a unit file
/// of the same name says.
final class GivenMounts {
    private static final String NET = "/proc/sys/net";

    private GivenMounts() {}

    static Set<String> of(Surroundings surroundings) {
        Set<String> names = new TreeSet<>();
        MountStatus net = surroundings.machine().mount(NET);
        if (net != null && net.point()) {
            names.add(unit(NET));
        }
        for (String place : surroundings.mounted()) {
            names.add(unit(place));
        }
        return names;
    }

    private static String unit(String place) {
        return UnitName.escapePath(place) + ".mount";
    }

    static UnitState mounted(String name, String state) {
        return new UnitState(
                name,
                LoadState.LOADED.word(),
                state,
                SubState.MOUNTED.word(),
                List.of(),
                UnitDetail.empty());
    }
}
