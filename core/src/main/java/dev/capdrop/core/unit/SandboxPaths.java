package dev.capdrop.core.unit;

import java.util.List;
import java.util.stream.Stream;

/// The settings whose paths systemd wants to be there when it makes a mount namespace
/// (systemd.exec(5), "Sandboxing" and "Paths").
public final class SandboxPaths {
    /// Those of which every word is a path, which may have prefixes and a target behind a colon.
    public static final List<String> LISTS =
            List.of(
                    ("ReadWritePaths ReadOnlyPaths InaccessiblePaths ReadWriteDirectories "
                                    + "ReadOnlyDirectories InaccessibleDirectories ExecPaths NoExecPaths "
                                    + "BindPaths BindReadOnlyPaths")
                            .split(" "));

    /// All of them.
    public static final List<String> SETTINGS =
            Stream.concat(LISTS.stream(), Stream.of("RootDirectory", "RootImage")).toList();

    private SandboxPaths() {}
}
