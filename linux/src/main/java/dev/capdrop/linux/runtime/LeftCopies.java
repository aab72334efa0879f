package dev.capdrop.linux.runtime;

import dev.capdrop.linux.copy.LeftCopy;
import dev.capdrop.linux.store.TrialFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The copies that killed trials have left: they run on, over a root directory that may be removed
/// under them, and no list of containers has them.
public final class LeftCopies {
    private LeftCopies() {}

    /// Ends and removes them, as far as that can be at once. Those of a trial that runs are let be:
    /// it holds a lock, which the kernel takes from a process that has ended, however it did.
    ///
    /// @param directory the state directory
    /// @param runtimes of whose containers they are copies
    public static List<LeftCopy> remove(Path directory, HostRuntimes runtimes) throws IOException {
        List<LeftCopy> found = new ArrayList<>();
        TrialFolder.eachAbandoned(
                directory,
                left -> {
                    for (HostRuntime runtime : runtimes.all()) {
                        found.addAll(runtime.removeCopies(left));
                    }
                });
        return found;
    }
}
