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
import java.util.stream.Collectors;

/// The mounts that the runtime makes before PID 1 begins, as far as a capability decides about them
/// or the container's configuration asks for them. systemd finds them active, whatever a unit file
/// of the same name says.
final class GivenMounts {
    private static final String NET = "/proc/sys/net";

    private GivenMounts() {}

    static Set<String> of(Surroundings surroundings) {
        Set<String> places = new TreeSet<>(surroundings.mounted());
        MountStatus net = surroundings.machine().mount(NET);
        if (net != null && net.point()) {
            places.add(NET);
        }
        return places.stream()
                .map(place -> UnitName.escapePath(place) + ".mount")
                .collect(Collectors.toCollection(TreeSet::new));
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
