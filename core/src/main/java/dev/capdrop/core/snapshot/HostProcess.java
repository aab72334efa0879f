package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One process of the host and its capabilities, which are those of its main thread.
///
/// @param pid its number on the host
/// @param parent its parent's number there; 0 where that lies outside
/// @param uid its effective user on the host
/// @param command the name that the kernel holds of its program, at most 15 bytes; the process may
///   have chosen it (prctl(2), PR_SET_NAME)
/// @param container the container that it lives in; null for one of the host itself
/// @param unit the unit whose control group it is in, by its container's systemd, else the host's;
///   empty where it is in none
/// @param status its sets, and whether no_new_privs is set
/// @param beyond what its bounding set holds that the one of its container's first process does
///   not: it was started before that one gave it up; empty for a process of the host, and for one
///   in a user namespace of its own, whose sets count there only
public record HostProcess(
        int pid,
        int parent,
        long uid,
        String command,
        @Nullable ContainerId container,
        String unit,
        ThreadStatus status,
        CapabilitySet beyond) {
    /// The units of a container that hold more than its first process does: what that one gave up
    /// while it ran, these keep until they are started anew. By name.
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

    /// The same process, its container called so.
    public HostProcess in(ContainerId known) {
        return new HostProcess(pid, parent, uid, command, known, unit, status, beyond);
    }
}
