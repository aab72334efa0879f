package dev.capdrop.core.diagnosis;

import dev.capdrop.core.unit.UnitName;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Units of which it is known what a container is in the way of, whatever capabilities it holds: a
/// row each.
///
/// Source: systemd/systemd#6069, #13652, #25690, #39036; lxc/distrobuilder#521, #1004; lxc-ci#85;
/// canonical/lxd#4249; FreePBX/issue-tracker#406.
enum KnownUnits {
    UEVENTS(
            new Cause.NotNamespaced("writing to the uevent files of the host's devices"),
            true,
            "systemd-udev-trigger.service"),
    SYSCTL(new Cause.NotNamespaced("changing sysctls of the host"), true, "systemd-sysctl.service"),
    BINFMT(
            new Cause.NotNamespaced("registering formats of programs with the host's kernel"),
            true,
            "systemd-binfmt.service",
            "proc-sys-fs-binfmt_misc.automount",
            "proc-sys-fs-binfmt_misc.mount",
            "binfmt-support.service"),
    HUGE_PAGES(
            new Cause.NotNamespaced("mounting the host's huge pages"), true, "dev-hugepages.mount"),
    KERNEL_MOUNTS(
            new Cause.NotNamespaced("mounting a file system of the host's kernel"),
            true,
            "sys-kernel-debug.mount",
            "sys-kernel-tracing.mount",
            "sys-kernel-config.mount",
            "proc-fs-nfsd.mount",
            "var-lib-nfs-rpc_pipefs.mount",
            "run-rpc_pipefs.mount"),
    MODULES(
            new Cause.NotNamespaced("loading modules into the host's kernel"),
            true,
            "systemd-modules-load.service",
            "kmod-static-nodes.service"),
    AUDIT_SOCKET(
            new Cause.NotNamespaced("listening to the audit messages of the host's kernel"),
            true,
            "systemd-journald-audit.socket"),
    CONSOLE(new Cause.NoTerminal(), false, "console-getty.service", "getty@", "serial-getty@"),
    NETWORK(
            new Cause.NetworkNotReady(false),
            false,
            "systemd-networkd-wait-online",
            "NetworkManager-wait-online.service",
            "ifupdown-wait-online.service"),
    CLOCK(
            new Cause.ClockRefused(),
            true,
            "chrony.service",
            "chronyd.service",
            "ntp.service",
            "ntpd.service",
            "ntpsec.service",
            "openntpd.service",
            "systemd-timesyncd.service",
            "systemd-time-wait-sync.service"),
    /// Only the first namespace of processes may ask for it (kernel/audit.c, `audit_netlink_ok`).
    AUDIT(
            new Cause.NotForContainers("the audit trail of the host's kernel"),
            false,
            "auditd.service",
            "audit-rules.service"),
    DISKS(
            new Cause.NotForContainers("disks of the machine"),
            false,
            "mdmonitor.service",
            "smartd.service",
            "smartmontools.service",
            "xfs_healer",
            "lvm2-monitor.service",
            "multipathd.service"),
    HARDWARE(
            new Cause.NotForContainers("hardware of the machine"),
            false,
            "colord.service",
            "rngd.service",
            "rng-tools",
            "thermald.service",
            "irqbalance.service",
            "mcelog.service",
            "rasdaemon.service",
            "fwupd.service",
            "acpid.service"),
    ACCOUNTING(
            new Cause.NotForContainers("the process accounting of the host's kernel"),
            false,
            "acct.service",
            "atopacct.service");

    private final Cause cause;
    private final boolean unprivilegedOnly;
    private final List<String> beginnings;

    /// @param unprivilegedOnly whether a privileged container may do it
    /// @param beginnings names of units, or with what they begin
    KnownUnits(Cause cause, boolean unprivilegedOnly, String... beginnings) {
        this.cause = cause;
        this.unprivilegedOnly = unprivilegedOnly;
        this.beginnings = List.of(beginnings);
    }

    /// What is in the way of this unit; null when that is not known.
    static @Nullable Cause cause(Patient patient) {
        String name = patient.unit().name();
        Predicate<String> begins =
                row -> UnitName.isValid(row) ? name.equals(row) : name.startsWith(row);
        for (KnownUnits row : values()) {
            if ((!row.unprivilegedOnly || patient.init().unprivileged())
                    && row.beginnings.stream().anyMatch(begins)) {
                return row.cause;
            }
        }
        return null;
    }
}
