package dev.capdrop.core.execution;

import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.unit.SettingTrait;
import module java.base;

/// The ways in which a systemd, and the mount(8) of its time, make the mounts of units: which of
/// them AppArmor refuses under a profile of LXC's without nesting.
///
/// | | 247 to 252 | 257 | 262 |
/// |---|---|---|---|
/// | /proc in a mount namespace | mounted anew: refused | taken as it is | mounted anew: refused |
/// | `NoExecPaths=` | unknown to 247, refused from 252 | refused | refused |
/// | any mount namespace where a privileged container or a profile of LXC's own may not
/// pivot_root(2) | refused | refused | refused |
/// | credentials | come without a mount | refused | refused |
/// | a mount unit | refused by its type | refused: mount(8) moves what fsmount(2) has made |
/// likewise |
///
/// Source: boots of Debian 11, 12, 13 and forky, unprivileged and privileged, on Linux 6.12 with
/// AppArmor and lxc 6.0.4, with one service for each setting and one mount for each of five types;
/// src/core/namespace.c, `namespace_parameters_mount_apivfs`.
///
/// | runtime | without nesting |
/// |---|---|
/// | liblxc 6.0.1 to 6.0.6, of LXC and Proxmox VE | the profile of these boots, word for word |
/// | liblxc 7 | also lets `nosymfollow` be remounted, and binfmt_misc be mounted anywhere: unseen |
/// | another liblxc; Incus and LXD, which write profiles of their own | unseen |
///
/// Source: lxc's src/lxc/lsm/apparmor.c and config/apparmor at the tags v6.0.0 to v7.0.0.
public enum SandboxMounts {
    /// 247 to 252: both ends were booted, and do the same.
    OLD,
    V257,
    V262,
    UNSEEN;

    private static final String API = "MountAPIVFS";

    private static final List<String> PROC =
            List.of("ProtectControlGroups", "ProtectKernelTunables", "ProtectProc", "ProcSubset");

    private static final List<String> EXEC = List.of("ExecPaths", "NoExecPaths");

    private static final List<String> ALL_BUT_API =
            SettingTrait.MOUNT_NAMESPACE.settings().stream()
                    .filter(setting -> !setting.equals(API))
                    .toList();

    private static final List<String> OWN_ROOT =
            List.of("RootDirectory", "RootImage", "MountImages", "ExtensionImages");

    /// Debian's own builds for its releases, `247.3-7+deb11u8` to `262-1`.
    private static final Pattern DEBIAN =
            Pattern.compile("[0-9.]+[^-]*-[0-9]+([~+]deb[0-9]+u[0-9]+)?");

    private static final Set<RuntimeKind> BOOTED = Set.of(RuntimeKind.LXC, RuntimeKind.PROXMOX);

    /// 6.0.4 was booted.
    private static final Pattern LIBLXC = Pattern.compile("6\\.0\\.[1-6]");

    static SandboxMounts of(String version, RuntimeKind runtime, String liblxc) {
        if (!DEBIAN.matcher(version).matches()
                || !BOOTED.contains(runtime)
                || !LIBLXC.matcher(liblxc).matches()) {
            return UNSEEN;
        }
        return switch (Missing.major(version)) {
            case 247, 248, 249, 250, 251, 252 -> OLD;
            case 257 -> V257;
            case 262 -> V262;
            default -> UNSEEN;
        };
    }

    boolean isRefused(Execution service, boolean pivots) {
        boolean network = service.has("PrivateNetwork");
        boolean namespace = !service.mountNamespace().isEmpty();
        boolean proc = hasAny(service, PROC);
        boolean exec = hasAny(service, EXEC);
        return switch (this) {
            case OLD -> pivots ? proc : hasAny(service, ALL_BUT_API);
            case V257 -> pivots ? exec : namespace || network;
            case V262 ->
                    pivots ? proc || exec || network || service.has(API) : namespace || network;
            case UNSEEN -> namespace;
        };
    }

    /// Whether a service has settings with which it was not seen what comes of it: a root of its
    /// own, or what only the later of two systemds knows.
    boolean isUndecided(Execution service) {
        return hasAny(service, OWN_ROOT)
                || (this == OLD && (hasAny(service, EXEC) || service.has("PrivateIPC")));
    }

    private static boolean hasAny(Execution service, List<String> settings) {
        return settings.stream().anyMatch(service::has);
    }
}
