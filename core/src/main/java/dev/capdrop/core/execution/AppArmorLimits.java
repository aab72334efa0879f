package dev.capdrop.core.execution;

import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitName;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What AppArmor may keep the systemd of a container from doing that has not booted yet: a profile
/// that LXC generates without nesting refuses some of the mounts with which systemd gives a service
/// a mount namespace or its credentials, and mounts of its own.
///
/// Which of them it refuses hangs on the release. Of Debian 13 (systemd 257) thirteen to fifteen
/// units were seen to fail, most with 243/CREDENTIALS, mounts with status 32: a service that sets
/// up credentials fails there. Of Debian 11 five units were seen to fail, of Debian 12 two, all
/// with 226/NAMESPACE, and others with a mount namespace not; so those, mounts, and credentials
/// with another systemd, are left open.
///
/// Source: lxc.container.conf(5), "APPARMOR PROFILE", `lxc.apparmor.allow_nesting`; boots of Debian
/// 11, 12 and 13 on Debian's kernel 6.12 with lxc 6.0.4.
///
/// @param remedy what allows nesting, in the words of who looks after the container; empty where no
///   such profile confines it
/// @param refusesCredentials whether it is known that no service gets its credentials
public record AppArmorLimits(String remedy, boolean refusesCredentials) {
    /// The systemd of which that was seen.
    private static final Pattern SEEN = Pattern.compile("257\\b.*");

    private static final AppArmorLimits NONE = new AppArmorLimits("", false);

    private static final List<String> CREDENTIALS =
            List.of(
                    "LoadCredential",
                    "LoadCredentialEncrypted",
                    "SetCredential",
                    "SetCredentialEncrypted",
                    "ImportCredential");

    public static AppArmorLimits of(Snapshot snapshot) {
        Systemd systemd = snapshot.systemd();
        if (systemd == null || systemd.source() != Systemd.Source.FILES) {
            return NONE;
        }
        LxcSettings settings =
                ConfigurationText.settings(snapshot.configuration(), snapshot.container().format());
        boolean confined =
                Boolean.TRUE.equals(snapshot.host().appArmor())
                        && "generated".equals(settings.value("lxc.apparmor.profile"))
                        && !"1".equals(settings.value("lxc.apparmor.allow_nesting"));
        return confined
                ? new AppArmorLimits(
                        snapshot.container().kind().nesting(),
                        SEEN.matcher(systemd.manager().version()).matches())
                : NONE;
    }

    /// What it refuses a unit.
    ///
    /// @param certain whether it is known that the unit fails for it
    /// @param why one sentence fragment
    public record Refusal(boolean certain, String why) {}

    /// What it refuses this unit, or may; null where AppArmor is not in its way.
    public @Nullable Refusal refusal(UnitState unit, Execution execution) {
        if (remedy.isEmpty()) {
            return null;
        }
        return switch (UnitName.type(unit.name())) {
            case "mount" -> perhaps("this mount (mount exit status 32)");
            case "service" -> {
                if (CREDENTIALS.stream().anyMatch(execution::has)) {
                    String what = "setting its credentials up (243/CREDENTIALS)";
                    yield refusesCredentials ? surely(what) : perhaps(what);
                }
                boolean sandboxed =
                        execution.commands().stream()
                                .anyMatch(command -> !command.fullPrivileges());
                yield sandboxed && !execution.mountNamespace().isEmpty()
                        ? perhaps("setting up its mount namespace (226/NAMESPACE)")
                        : null;
            }
            default -> null;
        };
    }

    private static Refusal perhaps(String what) {
        return new Refusal(
                false, "its AppArmor profile, generated without nesting, may refuse " + what);
    }

    private static Refusal surely(String what) {
        return new Refusal(
                true, "its AppArmor profile, generated without nesting, refuses " + what);
    }

    /// The units that would start and that it hinders, by name.
    ///
    /// @param certain those that fail for it, or those that may
    public List<String> units(Systemd systemd, boolean certain) {
        List<String> units = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            Refusal refusal =
                    Outcome.of(unit) == Outcome.STARTED ? refusal(unit, Execution.of(unit)) : null;
            if (refusal != null && refusal.certain() == certain) {
                units.add(unit.name());
            }
        }
        return units;
    }
}
