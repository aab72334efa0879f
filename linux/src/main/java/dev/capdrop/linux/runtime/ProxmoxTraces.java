package dev.capdrop.linux.runtime;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.store.FileConfigSource;

/// Tells whether Proxmox VE has generated a configuration of liblxc, whatever its cluster file
/// system says: the guest's number as its name, and either Proxmox VE's cgroup of that number or
/// its hook before the start.
///
/// Source: `update_lxc_config` in pve-container's `PVE/LXC.pm`, and its `lxc-pve.conf`, which
/// `common.conf` includes on a node.
final class ProxmoxTraces {
    private static final String HOOK = "/lxc-pve-prestart-hook";

    private ProxmoxTraces() {}

    static boolean in(ContainerId id) {
        if (!ProxmoxNode.isVmid(id.name())) {
            return false;
        }
        LxcSettings settings = ConfigFormat.LXC.settings(id.configPath(), new FileConfigSource());
        return ("lxc/" + id.name()).equals(settings.value("lxc.cgroup.dir.container"))
                || settings.values("lxc.hook.pre-start").stream()
                        .anyMatch(hook -> hook.endsWith(HOOK));
    }
}
