package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.snapshot.UnitState.ActiveState;

/// The mounts of the runtime for a container that holds a capability, and not for one that does
/// not.
///
/// With `lxc.mount.auto = proc:mixed`, as LXC ships it, liblxc makes all of /proc/sys read-only,
/// and /proc/sys/net writable again only where net_admin is kept (liblxc, src/lxc/conf.c,
/// `lxc_mount_auto_mounts`).
public final class RuntimeMounts {
    private static final String NET = "/proc/sys/net";
    private static final String NET_UNIT = "proc-sys-net.mount";
    private static final String WRITABLE = "PathIsReadWrite";

    static final CapabilitySet DECIDING = CapabilitySet.of("net_admin");

    private RuntimeMounts() {}

    /// Whether this is such a mount: its unit tells what the runtime has mounted, and has no work
    /// of its own to lose.
    public static boolean isNamed(String unit) {
        return unit.equals(NET_UNIT);
    }

    static boolean isGone(UnitState unit, CapabilitySet dropped) {
        return isNamed(unit.name()) && !dropped.intersect(DECIDING).isEmpty();
    }

    /// Whether the next boot finds /proc/sys/net read-only, which this one found writable.
    public static boolean netIsReadOnly(Systemd systemd, CapabilitySet dropped) {
        UnitState unit = systemd.unit(NET_UNIT);
        return unit != null && unit.active() == ActiveState.ACTIVE && isGone(unit, dropped);
    }

    static boolean decides(Condition condition) {
        String path = condition.parameter() + "/";
        return condition.type().equals(WRITABLE) && path.startsWith(NET + "/");
    }

    static Condition.Result readOnly(Condition condition) {
        return condition.negate() ? Condition.Result.SUCCEEDED : Condition.Result.FAILED;
    }
}
