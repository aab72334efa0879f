package dev.capdrop.cli.check;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.core.container.Opening;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import java.util.ArrayList;
import java.util.List;

/// A remark about a line of a configuration, or about one that is missing, that opens the container
/// wider than its runtime makes it; never a finding.
///
/// @param opens what the line opens, one sentence
/// @param instead which narrower line serves the usual reason for it, one sentence
record ConfigRemark(Opening line, String opens, String instead) {
    private static final String GENERATED = "lxc.apparmor.profile = generated";

    /// Returns its word of docs/reference/json.md.
    String id() {
        return switch (line.kind()) {
            case APPARMOR -> "apparmor-unconfined";
            case CAPABILITIES -> "drop-list-emptied";
            case DEVICES -> "all-devices";
            case PROC -> "proc-writable";
            case SYS -> "sys-writable";
            case PRIVILEGED -> "privileged";
        };
    }

    /// Returns the remarks about a container's configuration; none where it is not known.
    ///
    /// @param unneeded whether the container is privileged, and nothing speaks for that
    static List<ConfigRemark> all(Snapshot snapshot, boolean unneeded) {
        ConfigurationText text = snapshot.configuration();
        if (text == null) {
            return List.of();
        }
        List<ConfigRemark> all = new ArrayList<>();
        for (Opening line :
                snapshot.subject()
                        .format()
                        .openings(text.path(), text.asSource(), snapshot.host().lastCapability())) {
            boolean vain =
                    line.kind() == Opening.Kind.APPARMOR
                            && Boolean.FALSE.equals(snapshot.host().appArmor());
            if (!vain) {
                all.add(of(snapshot, line));
            }
        }
        RuntimeKind kind = snapshot.subject().kind();
        if (unneeded && (kind == RuntimeKind.LXC || kind == RuntimeKind.PROXMOX)) {
            String missing = kind == RuntimeKind.LXC ? "no lxc.idmap" : "no 'unprivileged: 1'";
            Opening.Kind of = Opening.Kind.PRIVILEGED;
            all.add(of(snapshot, new Opening(of, CapabilitySet.EMPTY, text.path(), 0, missing)));
        }
        return all;
    }

    private static ConfigRemark of(Snapshot snapshot, Opening line) {
        boolean own = snapshot.unprivileged();
        return switch (line.kind()) {
            case APPARMOR ->
                    new ConfigRemark(
                            line,
                            own
                                    ? "AppArmor checks nothing that it does: all that is left is its user namespace"
                                    : "AppArmor checks nothing that it does: its root, which is the host's, may mount what it likes and write to /proc and /sys",
                            "for Docker, or for services with sandboxes of their own, '%s' in its place is enough"
                                    .formatted(nesting(snapshot.subject())));
            case CAPABILITIES ->
                    new ConfigRemark(
                            line,
                            "it gives back %s, which lines before it drop"
                                    .formatted(NextStartText.upperNames(line.gives())),
                            "where a program needs one of them, drop the others again in a line behind it");
            case DEVICES ->
                    new ConfigRemark(
                            line,
                            "every device of the host may be used, its disks among them",
                            "name the one that it is for: 'c 10:200 rwm' in place of 'a' is /dev/net/tun (a VPN), 'c 226:128 rwm' a GPU's /dev/dri/renderD128");
            case PROC ->
                    new ConfigRemark(
                            line,
                            own
                                    ? "/proc/sys can be written as far as the kernel lets its user namespace"
                                    : "its root can set the host's sysctls and write to /proc/sysrq-trigger, which reboots the host",
                            "'proc:mixed' leaves /proc/sys/net writable, which a router or VPN needs; one other sysctl is 'lxc.sysctl.NAME = VALUE'");
            case SYS ->
                    new ConfigRemark(
                            line,
                            own
                                    ? "/sys can be written as far as the kernel lets its user namespace"
                                    : "its root can write to the host's /sys: drivers, devices, power",
                            "'sys:mixed' leaves /sys/devices/virtual/net writable, which setting up networks needs");
            case PRIVILEGED ->
                    new ConfigRemark(
                            line,
                            "its root is the host's root, and nothing is known to need that: no device, folder or hook of the host's is lent to it, and of the units that work now none needs what the kernel keeps from a user namespace, as far as 'capdrop learn' watched it",
                            snapshot.subject().kind() == RuntimeKind.PROXMOX
                                    ? "'pct restore VMID BACKUP --unprivileged 1' makes it again from a backup with a user namespace of its own; keep the backup until it has worked there for a while"
                                    : "made again with the 'lxc.idmap' lines of /etc/lxc/default.conf it has a user namespace of its own; keep the old one until it has worked there for a while");
        };
    }

    /// Returns the lines that let it mount inside under a profile.
    private static String nesting(Subject subject) {
        RuntimeKind kind = subject.kind();
        return kind == RuntimeKind.LXC ? GENERATED + "' with '" + kind.nesting() : kind.nesting();
    }
}
