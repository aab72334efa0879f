package dev.capdrop.linux.snapshot;

import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.machine.LiveMachine.KernelFacts;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads the facts that the specifiers of unit files expand to, from the files of a root directory
/// and the host below it.
///
/// Source: hostname(5), machine-id(5), os-release(5), systemd.unit(5), "Specifiers".
final class RootFacts {
    private static final int LIMIT = 1 << 16;

    static SystemFacts read(
            SafeRoot root, HostMachine host, int systemdVersion, Collection<String> problems) {
        String machineId = text(root, "/etc/machine-id", LIMIT, problems);
        String release = text(root, "/etc/os-release", LIMIT, problems);
        return new SystemFacts(
                systemdVersion,
                firstLine(text(root, "/etc/hostname", LIMIT, problems)),
                isMachineId(firstLine(machineId)) ? firstLine(machineId) : null,
                machineId != null || Errand.or(false, () -> root.stat("/etc/machine-id") == null),
                host.kernelRelease(),
                KernelFacts.architecture(),
                release == null ? Map.of() : SystemFacts.parseOsRelease(release));
    }

    private static boolean isMachineId(@Nullable String line) {
        return line != null && line.matches("[0-9a-f]{32}");
    }

    private static @Nullable String firstLine(@Nullable String text) {
        return text == null ? null : text.lines().findFirst().map(String::strip).orElse(null);
    }

    /// Reads the text of a file; null where there is none, or it could not be read.
    static @Nullable String text(
            SafeRoot root, String path, int limit, Collection<String> problems) {
        try {
            return root.readText(path, limit);
        } catch (IOException e) {
            if (!ErrnoException.isAbsence(e)) {
                problems.add(String.valueOf(e.getMessage()));
            }
            return null;
        }
    }
}
