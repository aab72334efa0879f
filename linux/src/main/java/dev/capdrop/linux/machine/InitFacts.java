package dev.capdrop.linux.machine;

import dev.capdrop.capability.CapabilitySet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The conditions that a container's init is started with.
///
/// @param unprivileged whether it lives in a user namespace other than the host's
/// @param arguments its own, which systemd takes for the kernel command line
/// @param systemdVersion as systemd names itself, `257.8-1~deb13u2`; empty when unknown
/// @param virtualization by systemd-detect-virt(1)'s names; null when unknown
/// @param cpus the number of CPUs it may run on; null when unknown
/// @param memoryLimited whether something but the host's memory limits its own
public record InitFacts(
        CapabilitySet bounding,
        boolean unprivileged,
        List<String> arguments,
        String systemdVersion,
        @Nullable String virtualization,
        @Nullable Integer cpus,
        boolean memoryLimited) {
    /// The values of `container=` in an init's environment; others are `container-other`.
    private static final List<String> RUNTIMES =
            List.of("lxc lxc-libvirt systemd-nspawn docker podman rkt wsl proot pouch".split(" "));

    public InitFacts {
        arguments = List.copyOf(arguments);
    }

    /// Returns systemd-detect-virt(1)'s result for a `/proc/PID/environ`; null when it does not
    /// tell.
    public static @Nullable String virtualization(String environment) {
        for (String variable : environment.split("\0")) {
            String[] parts = variable.split("=", 2);
            if (parts.length == 2 && parts[0].equals("container") && !parts[1].equals("oci")) {
                return RUNTIMES.contains(parts[1]) ? parts[1] : "container-other";
            }
        }
        return null;
    }
}
