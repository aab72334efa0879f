package dev.capdrop.core.execution;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The limits that AppArmor sets the systemd of a container that has not booted yet: a profile of
/// LXC's without nesting refuses some of the mounts with which systemd gives a service a mount
/// namespace or its credentials, and mounts of its own. Which of them these are hangs on how
/// systemd and mount(8) make them: [SandboxMounts].
///
/// Source: lxc.container.conf(5), "APPARMOR PROFILE", `lxc.apparmor.allow_nesting`; lxc's
/// src/lxc/lsm/apparmor.c, `AA_PROFILE_BASE` and `AA_PROFILE_UNPRIVILEGED`, and config/apparmor;
/// pve-container's `features`.
///
/// @param remedy what allows nesting, in the words of who looks after the container; empty where no
///   such profile confines it
/// @param pivots whether it may pivot_root(2), as systemd does into a mount namespace: a profile
///   that liblxc makes for an unprivileged container allows it, those that come with LXC do not
public record AppArmorLimits(String remedy, boolean pivots, SandboxMounts seen) {
    private static final AppArmorLimits NONE = new AppArmorLimits("", false, SandboxMounts.UNSEEN);

    /// File systems that the profile lets be mounted anywhere.
    private static final Set<String> ANYWHERE = Set.of("tmpfs", "hugetlbfs", "mqueue", "fuse");

    private static final String STOCK = "lxc-container-default";
    private static final String STOCK_NESTING = "with-nesting";
    private static final String GENERATED_PROFILE = "lxc.apparmor.profile = generated";

    /// File systems that it lets be mounted at a place or two, or one profile does and another does
    /// not.
    private static final Set<String> IN_PLACE =
            Set.of(
                    " auto binfmt_misc cgroup cgroup2 debugfs efivarfs fusectl overlay securityfs sysfs"
                            .split(" "));

    /// Returns the lines for its configuration that allow nesting; none where it is allowed, where
    /// nothing confines it, or where that is not known. By Incus' `instance_lxc.profile.go` an
    /// unprivileged container and one with `security.nesting` may mount.
    public static List<String> nesting(Snapshot snapshot) {
        if (!Boolean.TRUE.equals(snapshot.host().appArmor()) || snapshot.configuration() == null) {
            return List.of();
        }
        LxcSettings settings = snapshot.settings();
        boolean generated = settings.generatesProfile();
        if (generated ? settings.allowsNesting() : !isStock(settings.profile())) {
            return List.of();
        }
        RuntimeKind kind = snapshot.subject().kind();
        return generated || kind.format() != ConfigFormat.LXC
                ? List.of(kind.nesting())
                : List.of(GENERATED_PROFILE, kind.nesting());
    }

    /// Without a line liblxc takes `lxc-container-default-cgns`; what stands for the profile that
    /// Incus makes begins alike.
    private static boolean isStock(@Nullable String profile) {
        return profile == null
                || profile.isEmpty()
                || (profile.startsWith(STOCK) && !profile.contains(STOCK_NESTING));
    }

    public static AppArmorLimits of(Snapshot snapshot) {
        return snapshot.view() instanceof Snapshot.Observed seen
                        && seen.systemd().source() == Systemd.Source.FILES
                ? inForce(snapshot)
                : NONE;
    }

    /// Returns the limits of a container that has booted as well.
    public static AppArmorLimits inForce(Snapshot snapshot) {
        if (!(snapshot.view() instanceof Snapshot.Observed seen)) {
            return NONE;
        }
        LxcSettings settings = snapshot.settings();
        return new AppArmorLimits(
                String.join(", ", nesting(snapshot)),
                settings.generatesProfile() && seen.init().unprivileged(),
                SandboxMounts.of(
                        seen.systemd().manager().version(),
                        snapshot.subject().kind(),
                        snapshot.host().liblxc()));
    }

    /// A refusal of AppArmor.
    ///
    /// @param why one sentence fragment
    public record Refusal(boolean certain, String why) {}

    /// Returns what it refuses this unit, or may; null where AppArmor is not in its way.
    public @Nullable Refusal refusal(UnitState unit, Execution execution) {
        if (remedy.isEmpty()) {
            return null;
        }
        return switch (unit.type()) {
            case MOUNT -> mount(execution);
            case SERVICE -> service(execution);
            case SOCKET, TARGET, DEVICE, AUTOMOUNT, SWAP, TIMER, PATH, SLICE, SCOPE, OTHER -> null;
        };
    }

    /// A mount that nothing is set for is not made by its unit: it is that of a service's
    /// credentials, which comes with them or not at all.
    private @Nullable Refusal mount(Execution mount) {
        if (mount.isEmpty()) {
            return null;
        }
        String what = "this mount (mount exit status 32)";
        if (seen != SandboxMounts.OLD) {
            return refusal(true, what);
        }
        String type = mount.value("Type");
        List<String> options = List.of(mount.value("Options").split(","));
        boolean binds = options.contains("bind") || options.contains("rbind");
        return binds || ANYWHERE.contains(type) || type.startsWith("fuse.")
                ? null
                : refusal(!IN_PLACE.contains(type), what);
    }

    private @Nullable Refusal service(Execution execution) {
        boolean credentials =
                execution.has("ImportCredential")
                        || SettingTrait.CREDENTIAL.settings().stream().anyMatch(execution::has);
        if (!seen.copiesCredentials() && credentials) {
            boolean imported = seen == SandboxMounts.V254 || seen == SandboxMounts.V255;
            return refusal(
                    failsWithIt(execution) && !(imported && execution.has("ImportCredential")),
                    "setting its credentials up (243/CREDENTIALS)");
        }
        boolean sandboxed =
                execution.commands().stream().anyMatch(command -> !command.fullPrivileges());
        boolean undecided = seen.isUndecided(execution);
        return sandboxed && (undecided || seen.isRefused(execution, pivots))
                ? refusal(
                        !undecided && failsWithIt(execution),
                        "setting up its mount namespace (226/NAMESPACE)")
                : null;
    }

    /// Whether the unit fails when a command of it could not be set up: not where that is passed
    /// over (`-`) and nothing starts it again until it may no more, nor where it only skips it.
    private static boolean failsWithIt(Execution execution) {
        boolean passedOver = execution.commands().stream().allMatch(ExecLine::mayFail);
        return execution.conditions().isEmpty()
                && (!passedOver || execution.value("Restart").equals("always"));
    }

    private Refusal refusal(boolean settled, String what) {
        boolean certain = settled && seen != SandboxMounts.UNSEEN;
        String refuses = certain ? "refuses " : "may refuse ";
        return new Refusal(certain, "its AppArmor profile, without nesting, " + refuses + what);
    }

    /// The units that would start and that it hinders, by name.
    ///
    /// @param certain those that fail for it, or those that may
    public List<String> units(Systemd systemd, boolean certain) {
        return systemd.units().stream()
                .filter(unit -> !remedy.isEmpty() && Outcome.of(unit) == Outcome.STARTED)
                .filter(unit -> {
                    Refusal refusal = refusal(unit, Execution.of(unit));
                    return refusal != null && refusal.certain() == certain;
                })
                .map(UnitState::name)
                .toList();
    }

    /// The ways in which a systemd, and the mount(8) of its time, make the mounts of units: which
    /// of them AppArmor refuses under a profile of LXC's without nesting.
    ///
    /// | systemd | what is refused an unprivileged container |
    /// |---|---|
    /// | 247 to 252 | /proc, mounted anew; `NoExecPaths=` from 252; a mount unit by its type |
    /// | 253 | the same, and each mount unit: mount(8) moves what fsmount(2) has made |
    /// | 254 | the same, `PrivateNetwork=`, and credentials, if there are any |
    /// | 255, 256 | `NoExecPaths=`, each mount unit, credentials (256: none as well) |
    /// | 257 | the same as 256 |
    /// | 262 | the same, /proc mounted anew, `PrivateNetwork=`, `MountAPIVFS=` |
    ///
    /// A privileged container, or one under a profile of LXC's own, may not pivot_root(2) either:
    /// any mount namespace is refused; up to 256 not for `MountAPIVFS=` alone, up to 253 not for
    /// `PrivateNetwork=` alone.
    ///
    /// Source: boots of Debian 11, 12, 13 and forky, and of 253 to 256 as their tags build over
    /// Debian 13, unprivileged and privileged, on Linux 6.12 with AppArmor and lxc 6.0.4, with one
    /// service for each setting and one mount for each of five types and more;
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
        V253,
        V254,
        /// 255 and 256.
        V255,
        V257,
        V262,
        UNSEEN;

        private static final String API = "MountAPIVFS";

        /// For these systemd mounts /proc, or parts of it, anew in a mount namespace
        /// (src/core/namespace.c, `namespace_parameters_mount_apivfs`).
        private static final List<String> PROC_SETTINGS =
                List.of(
                        "ProtectControlGroups",
                        "ProtectKernelTunables",
                        "ProtectProc",
                        "ProcSubset");

        private static final String EXEC = "NoExecPaths";

        private static final List<String> ALL_BUT_API =
                SettingTrait.MOUNT_NAMESPACE.settings().stream()
                        .filter(setting -> !setting.equals(API))
                        .toList();

        private static final List<String> OWN_ROOT =
                List.of("RootDirectory", "RootImage", "MountImages", "ExtensionImages");

        /// Debian's own builds for its releases, `247.3-7+deb11u8` to `262-1`.
        private static final Pattern DEBIAN =
                Pattern.compile("[0-9.]+[^-]*-[0-9]+([~+]deb[0-9]+u[0-9]+)?");

        /// A build without a revision of a distribution's, `253.26`.
        private static final Pattern TAG = Pattern.compile("25[3-6](\\.[0-9]+)?");

        private static final Set<RuntimeKind> BOOTED = Set.of(RuntimeKind.LXC, RuntimeKind.PROXMOX);

        /// 6.0.4 was booted.
        private static final Pattern LIBLXC = Pattern.compile("6\\.0\\.[1-6]");

        static SandboxMounts of(String version, RuntimeKind runtime, String liblxc) {
            boolean tag = TAG.matcher(version).matches();
            if (!(tag || DEBIAN.matcher(version).matches())
                    || !BOOTED.contains(runtime)
                    || !LIBLXC.matcher(liblxc).matches()) {
                return UNSEEN;
            }
            return switch (Missing.major(version)) {
                case 247, 248, 249, 250, 251, 252 -> OLD;
                case 253 -> tag ? V253 : UNSEEN;
                case 254 -> tag ? V254 : UNSEEN;
                case 255, 256 -> tag ? V255 : UNSEEN;
                case 257 -> V257;
                case 262 -> V262;
                default -> UNSEEN;
            };
        }

        public boolean copiesCredentials() {
            return this == OLD || this == V253;
        }

        boolean isRefused(Execution service, boolean pivots) {
            boolean network = service.has("PrivateNetwork");
            boolean namespace = !service.mountNamespace().isEmpty();
            boolean proc = hasAny(service, PROC_SETTINGS);
            boolean exec = service.has(EXEC);
            boolean sandboxed = hasAny(service, ALL_BUT_API);
            return switch (this) {
                case OLD -> pivots ? proc : sandboxed;
                case V253 -> pivots ? proc || exec : sandboxed;
                case V254 -> network || (pivots ? proc || exec : sandboxed);
                case V255 -> pivots ? exec : sandboxed || network;
                case V257 -> pivots ? exec : namespace || network;
                case V262 ->
                        pivots ? proc || exec || network || service.has(API) : namespace || network;
                case UNSEEN -> namespace || network;
            };
        }

        /// Whether a service has settings with which it was not seen what comes of it: a root of
        /// its own, or what only the later of two systemds knows.
        boolean isUndecided(Execution service) {
            return hasAny(service, OWN_ROOT)
                    || (this == OLD && (service.has(EXEC) || service.has("PrivateIPC")));
        }

        private static boolean hasAny(Execution service, List<String> settings) {
            return settings.stream().anyMatch(service::has);
        }
    }
}
