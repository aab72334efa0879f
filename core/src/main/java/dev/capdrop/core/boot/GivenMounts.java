package dev.capdrop.core.boot;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitLinks;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;

/// The mounts that the runtime makes before PID 1 begins, as far as a capability decides about
/// them.
///
/// With `lxc.mount.auto = proc:mixed`, its default, liblxc makes all of /proc/sys read-only, and
/// mounts /proc/sys/net over it where net_admin is kept (liblxc, src/lxc/conf.c,
/// `lxc_mount_auto_mounts`).
final class GivenMounts {
    private static final String NET_UNIT = "proc-sys-net.mount";

    private GivenMounts() {}

    /// Their units, as systemd finds them.
    ///
    /// @param bounding PID 1's bounding set
    static List<UnitState> of(CapabilitySet bounding) {
        return bounding.containsAll(CapabilitySet.named("net_admin"))
                ? List.of(mounted(NET_UNIT))
                : List.of();
    }

    /// A mount that is there although no unit file asks for it.
    static UnitState mounted(String name) {
        UnitDetail detail =
                new UnitDetail(
                        "",
                        List.of(),
                        "",
                        false,
                        false,
                        false,
                        0,
                        0,
                        0,
                        List.of(),
                        UnitLinks.NONE,
                        null,
                        List.of());
        return new UnitState(name, "loaded", "active", "mounted", List.of(), detail);
    }
}
