package dev.capdrop.core.nspawn;

import dev.capdrop.capability.CapabilitySet;

/// The capabilities that systemd-nspawn leaves to a container by default.
///
/// Source: systemd-nspawn(1), `--capability=`; `arg_caps_retain` in systemd's `nspawn.c`.
public final class NspawnDefault {
    /// The capabilities of any container.
    public static final CapabilitySet SET =
            CapabilitySet.of(
                    ("audit_control audit_write chown dac_override dac_read_search fowner "
                                    + "fsetid ipc_owner kill lease linux_immutable mknod net_bind_service "
                                    + "net_broadcast net_raw setfcap setgid setpcap setuid sys_admin sys_boot "
                                    + "sys_chroot sys_nice sys_ptrace sys_resource sys_tty_config")
                            .split(" "));

    /// The further capabilities of a container with a network of its own.
    public static final CapabilitySet OWN_NETWORK = CapabilitySet.of("net_admin");

    private NspawnDefault() {}
}
