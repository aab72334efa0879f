package dev.capdrop.core.snapshot;

import dev.capdrop.core.document.Names;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The programs in the container's root directory, as far as a drop can touch them.
///
/// @param files all that its units execute or that have file capabilities or set-ID bits; by path
/// @param searched whether all files were searched, not just systemd's path and what units execute
/// @param engines the installed container engines: docker, containerd, runc, crun, podman
public record Programs(List<ProgramFile> files, boolean searched, List<String> engines) {
    /// systemd's own search path (systemd.service(5), "Command lines").
    public static final List<String> PATH =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    public Programs {
        files = files.stream().sorted(Comparator.comparing(ProgramFile::path)).toList();
        engines = engines.stream().sorted().toList();
    }

    /// Returns the file that a unit names so; null when it was not looked at.
    public @Nullable ProgramFile file(String path) {
        return Names.find(files, ProgramFile::path, path);
    }

    /// Returns the folder of a program outside of [#PATH], which belongs to it; else empty.
    public static String ownFolder(String program) {
        String folder =
                program.startsWith("/") ? program.substring(0, program.lastIndexOf('/')) : "";
        return PATH.contains(folder) ? "" : folder;
    }

    public List<ProgramFile> beside(String program) {
        String folder = ownFolder(program);
        return folder.isEmpty()
                ? List.of()
                : files.stream().filter(file -> ownFolder(file.path()).equals(folder)).toList();
    }
}
