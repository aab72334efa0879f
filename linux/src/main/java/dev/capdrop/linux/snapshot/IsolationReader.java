package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// Reads what LXC gives a container beside its capabilities.
///
/// Source: lxc.container.conf(5), "APPARMOR PROFILE" and "SECCOMP CONFIGURATION"; what Proxmox VE's
/// `features: mknod=1` makes of the latter.
final class IsolationReader {
    private static final Path APPARMOR = Path.of("/sys/module/apparmor/parameters/enabled");

    /// The overflow user, who stands for a root that is nobody on the host (user_namespaces(7)).
    private static final long NOBODY = 65534;

    /// Reads it from the configuration, and from the host.
    public static Isolation read(IdMap map, LxcSettings settings) {
        return read(map, settings, hostHasAppArmor());
    }

    static Isolation read(IdMap map, LxcSettings settings, boolean appArmor) {
        return new Isolation(
                map.outside(0).orElse(NOBODY),
                settings.value("lxc.seccomp.notify.proxy") != null,
                appArmor && "generated".equals(settings.value("lxc.apparmor.profile")));
    }

    static boolean hostHasAppArmor() {
        return Errand.or(false, () -> Files.readString(APPARMOR, US_ASCII).startsWith("Y"));
    }
}
