package dev.capdrop.cli.check;

import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.core.container.Opening;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A remark about a line of a configuration that opens the container wider than its runtime makes
/// it; never a finding.
///
/// @param id its word of docs/reference/json.md
/// @param opens what the line opens, one sentence
/// @param instead which narrower line serves the usual reason for it, one sentence
record ConfigRemark(String id, Opening line, String opens, String instead) {
    private static final String GENERATED = "lxc.apparmor.profile = generated";

    /// Returns the remarks about a container's configuration; none where it is not known.
    static List<ConfigRemark> all(@Nullable Snapshot snapshot) {
        ConfigurationText text = snapshot == null ? null : snapshot.configuration();
        if (snapshot == null || text == null) {
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
        return all;
    }

    private static ConfigRemark of(Snapshot snapshot, Opening line) {
        boolean own = snapshot.unprivileged();
        return switch (line.kind()) {
            case APPARMOR ->
                    new ConfigRemark(
                            "apparmor-unconfined",
                            line,
                            own
                                    ? "AppArmor checks nothing that it does: all that is left is its user namespace"
                                    : "AppArmor checks nothing that it does: its root, which is the host's, may mount what it likes and write to /proc and /sys",
                            "for Docker, or for services with sandboxes of their own, '%s' in its place is enough"
                                    .formatted(nesting(snapshot.subject())));
            case CAPABILITIES ->
                    new ConfigRemark(
                            "drop-list-emptied",
                            line,
                            "it gives back %s, which lines before it drop"
                                    .formatted(NextStartText.upperNames(line.gives())),
                            "where a program needs one of them, drop the others again in a line behind it");
            case DEVICES ->
                    new ConfigRemark(
                            "all-devices",
                            line,
                            "every device of the host may be used, its disks among them",
                            "name the one that it is for: 'c 10:200 rwm' in place of 'a' is /dev/net/tun (a VPN), 'c 226:128 rwm' a GPU's /dev/dri/renderD128");
            case PROC ->
                    new ConfigRemark(
                            "proc-writable",
                            line,
                            own
                                    ? "/proc/sys can be written as far as the kernel lets its user namespace"
                                    : "its root can set the host's sysctls and write to /proc/sysrq-trigger, which reboots the host",
                            "'proc:mixed' leaves /proc/sys/net writable, which a router or VPN needs; one other sysctl is 'lxc.sysctl.NAME = VALUE'");
            case SYS ->
                    new ConfigRemark(
                            "sys-writable",
                            line,
                            own
                                    ? "/sys can be written as far as the kernel lets its user namespace"
                                    : "its root can write to the host's /sys: drivers, devices, power",
                            "'sys:mixed' leaves /sys/devices/virtual/net writable, which setting up networks needs");
        };
    }

    /// Returns the lines that let it mount inside under a profile.
    private static String nesting(Subject subject) {
        RuntimeKind kind = subject.kind();
        return kind == RuntimeKind.LXC ? GENERATED + "' with '" + kind.nesting() : kind.nesting();
    }
}
