package dev.capdrop.core.execution;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.SettingTrait;
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
        return snapshot.view() instanceof Observed seen
                        && seen.systemd().source() == Systemd.Source.FILES
                ? inForce(snapshot)
                : NONE;
    }

    /// Returns the limits of a container that has booted as well.
    public static AppArmorLimits inForce(Snapshot snapshot) {
        if (!(snapshot.view() instanceof Observed seen)) {
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
        if (seen != SandboxMounts.OLD && credentials) {
            return refusal(failsWithIt(execution), "setting its credentials up (243/CREDENTIALS)");
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
}
