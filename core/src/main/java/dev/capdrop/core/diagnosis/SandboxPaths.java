package dev.capdrop.core.diagnosis;

import java.util.List;

/// The settings whose paths systemd wants to be there when it makes a mount namespace
/// (systemd.exec(5), "Sandboxing" and "Paths").
public final class SandboxPaths {
    /// Their names.
    public static final List<String> SETTINGS =
            List.of(
                    "ReadWritePaths",
                    "ReadOnlyPaths",
                    "InaccessiblePaths",
                    "ReadWriteDirectories",
                    "ReadOnlyDirectories",
                    "InaccessibleDirectories",
                    "ExecPaths",
                    "NoExecPaths",
                    "BindPaths",
                    "BindReadOnlyPaths",
                    "RootDirectory",
                    "RootImage");

    private SandboxPaths() {}
}
