package dev.capdrop.core.snapshot;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The programs in the container's root directory, as far as a drop can touch them.
///
/// @param files all that its units execute, and all found with file capabilities or set-ID bits; by
///   path
/// @param searched whether the whole root directory was searched for the latter; false when only
///   systemd's search path was
/// @param engines the container engines that are installed: docker, containerd, runc, crun, podman
public record Programs(List<ProgramFile> files, boolean searched, List<String> engines) {
    public Programs {
        files = files.stream().sorted(Comparator.comparing(ProgramFile::path)).toList();
        engines = engines.stream().sorted().toList();
    }

    /// Returns the file that a unit names so; null when it was not looked at.
    public @Nullable ProgramFile file(String path) {
        int low = 0;
        int high = files.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (files.get(middle).path().compareTo(path) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        boolean found = low < files.size() && files.get(low).path().equals(path);
        return found ? files.get(low) : null;
    }
}
