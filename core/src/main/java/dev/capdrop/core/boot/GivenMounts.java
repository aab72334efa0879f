package dev.capdrop.core.boot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.LoadState;
import dev.capdrop.core.unit.SubState;
import dev.capdrop.core.unit.UnitName;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The mounts that the runtime makes before PID 1 begins, as far as a capability decides about them
/// or the container's configuration asks for them. systemd finds them active, whatever a unit file
/// of the same name says.
///
/// With `lxc.mount.auto = proc:mixed`, its default, liblxc makes all of /proc/sys read-only, and
/// mounts /proc/sys/net over it where net_admin is kept (liblxc, src/lxc/conf.c,
/// `lxc_mount_auto_mounts`).
final class GivenMounts {
    private static final String NET_UNIT = "proc-sys-net.mount";

    private GivenMounts() {}

    /// The names of their units.
    static Set<String> of(Surroundings surroundings) {
        Set<String> names = new TreeSet<>();
        if (surroundings.machine().bounding().containsAll(CapabilitySet.of("net_admin"))) {
            names.add(NET_UNIT);
        }
        for (String place : surroundings.mounted()) {
            names.add(UnitName.escapePath(place) + ".mount");
        }
        return names;
    }

    /// A mount that is there although systemd has not started it.
    ///
    /// @param state its active state
    static UnitState mounted(String name, String state) {
        UnitDetail detail =
                new UnitDetail(
                        List.of(),
                        UnitDetail.Files.NONE,
                        UnitDetail.Activation.NEVER,
                        List.of(),
                        Dependencies.NONE,
                        null,
                        List.of(),
                        null);
        return new UnitState(
                name, LoadState.LOADED.word(), state, SubState.MOUNTED.word(), List.of(), detail);
    }
}
