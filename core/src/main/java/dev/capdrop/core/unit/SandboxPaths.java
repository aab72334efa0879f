package dev.capdrop.core.unit;

import java.util.List;
import java.util.stream.Stream;

/// The settings whose paths must exist for a mount namespace (systemd.exec(5), "Sandboxing").
public final class SandboxPaths {
    /// The settings of paths, with optional prefixes and a target behind a colon.
    public static final List<String> LISTS =
            List.of(
                    ("ReadWritePaths ReadOnlyPaths InaccessiblePaths ReadWriteDirectories "
                                    + "ReadOnlyDirectories InaccessibleDirectories ExecPaths NoExecPaths "
                                    + "BindPaths BindReadOnlyPaths")
                            .split(" "));

    public static final List<String> SETTINGS =
            Stream.concat(LISTS.stream(), Stream.of("RootDirectory", "RootImage")).toList();

    private SandboxPaths() {}
}
