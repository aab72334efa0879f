package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A process of the host and its capabilities, which are those of its main thread.
///
/// @param parent its parent's number on the host; 0 where that lies outside
/// @param command the kernel's name of the program, which the process may have chosen
/// @param container null for a process of the host itself
/// @param unit the unit of its control group, by its container's systemd, else the host's; or empty
/// @param beyond what of its bounding set its container's first process has given up since
public record HostProcess(
        int pid,
        int parent,
        long uid,
        String command,
        @Nullable ContainerId container,
        String unit,
        ThreadStatus status,
        CapabilitySet beyond) {
    /// Returns, by name, the units of a container that still hold what its first process gave up.
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
