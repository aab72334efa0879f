package dev.capdrop.core.unit;

import java.util.List;

/// The settings by which systemd confines a unit's processes, by their effect.
///
/// Source: systemd.exec(5), "Sandboxing" and "System call filtering"; systemd's
/// `exec_needs_mount_namespace()`.
public final class SandboxSettings {
    /// The settings that each give the unit a mount namespace of its own.
    public static final List<String> MOUNT_NAMESPACE =
            List.of(
                    ("PrivateTmp PrivateDevices PrivateMounts PrivateIPC ProtectSystem "
                                    + "ProtectHome ProtectKernelTunables ProtectKernelModules "
                                    + "ProtectKernelLogs ProtectControlGroups ProtectProc ProcSubset "
                                    + "ReadWritePaths ReadOnlyPaths InaccessiblePaths ReadWriteDirectories "
                                    + "ReadOnlyDirectories InaccessibleDirectories ExecPaths NoExecPaths "
                                    + "TemporaryFileSystem BindPaths BindReadOnlyPaths MountFlags MountAPIVFS "
                                    + "MountImages ExtensionImages RootDirectory RootImage DynamicUser")
                            .split(" "));

    /// The settings for which systemd installs a filter of system calls, which without sys_admin
    /// takes no_new_privs (systemd.exec(5), "NoNewPrivileges="); `DynamicUser=` implies
    /// `RestrictSUIDSGID=`.
    public static final List<String> FILTERS =
            List.of(
                    ("SystemCallFilter SystemCallArchitectures SystemCallLog "
                                    + "RestrictAddressFamilies RestrictNamespaces RestrictRealtime "
                                    + "RestrictSUIDSGID MemoryDenyWriteExecute LockPersonality PrivateDevices "
                                    + "ProtectClock ProtectHostname ProtectKernelLogs ProtectKernelModules "
                                    + "ProtectKernelTunables DynamicUser")
                            .split(" "));

    private SandboxSettings() {}
}
