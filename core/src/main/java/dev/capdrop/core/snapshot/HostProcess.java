package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A process of the host and its capabilities, which are those of its main thread.
///
/// @param parent its parent's number on the host; 0 where that lies outside
/// @param command the kernel's name of the program, at most 15 bytes; the process may have chosen
///   it (prctl(2), PR_SET_NAME)
/// @param container the container that it lives in; null for one of the host itself
/// @param unit the unit whose control group it is in, by its container's systemd, else the host's;
///   empty where it is in none
/// @param status its sets, and whether no_new_privs is set
/// @param beyond the part of its bounding set that its container's first process has given up
///   since; empty for a process of the host, or in a user namespace of its own
public record HostProcess(
        int pid,
        int parent,
        long uid,
        String command,
        @Nullable ContainerId container,
        String unit,
        ThreadStatus status,
        CapabilitySet beyond) {
    /// Returns the units of a container that still hold capabilities which its first process gave
    /// up while it ran, by name. They keep them until they are started anew.
    public static List<String> outdated(List<HostProcess> processes, ContainerId container) {
        return processes.stream()
                .filter(process -> !process.beyond.isEmpty())
                .filter(process ->
                        process.container != null && process.container.isSameForLxc(container))
                .map(HostProcess::unit)
                .distinct()
                .sorted()
                .toList();
    }

    public HostProcess in(ContainerId known) {
        return new HostProcess(pid, parent, uid, command, known, unit, status, beyond);
    }
}
