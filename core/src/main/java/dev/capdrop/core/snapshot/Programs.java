package dev.capdrop.core.snapshot;

import dev.capdrop.core.document.Names;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The programs in the container's root directory, as far as a drop can touch them.
///
/// @param files all that its units execute, and all found with file capabilities or set-ID bits; by
///   path
/// @param searched whether the whole root directory was searched for the latter; false when only
///   systemd's search path was, and the folders of what units execute
/// @param engines the container engines that are installed: docker, containerd, runc, crun, podman
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

    /// Returns the folder of a program that is in none of [#PATH], so that what stands beside it
    /// belongs to it; empty for any other.
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
