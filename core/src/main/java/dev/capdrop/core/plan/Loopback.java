package dev.capdrop.core.plan;

import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Snapshot;

/// Who brings up the loopback interface, without which nobody listens at 127.0.0.1 or ::1: liblxc
/// does with any network that is `up` (src/lxc/network.c,
/// `lxc_network_setup_in_child_namespaces_common`), else systemd, which takes net_admin
/// (src/shared/loopback-setup.c).
final class Loopback {
    private static final int NETWORKS = 10;

    private Loopback() {}

    /// Whether the configuration says that it is up before PID 1 starts.
    static boolean isUpFirst(Snapshot snapshot) {
        LxcSettings settings =
                ConfigurationText.settings(snapshot.configuration(), snapshot.container().format());
        for (int i = 0; i < NETWORKS; i++) {
            String key = "lxc.net." + i + ".";
            if (settings.values(key + "flags").contains("up")
                    || settings.values(key + "type").contains("none")) {
                return true;
            }
        }
        return false;
    }

    /// Whether a service may want an address of it.
    static boolean mayBeUsedBy(Execution execution) {
        return execution.mayUseFamily("AF_INET") || execution.mayUseFamily("AF_INET6");
    }
}
