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

/// What AppArmor may keep the systemd of a container from doing that has not booted yet: a profile
/// that LXC generates without nesting refuses some of the mounts with which systemd gives a service
/// a mount namespace or its credentials, and mounts of its own.
///
/// Which of them it refuses hangs on the release: of Debian 11 five units were seen to fail, of
/// Debian 12 two, all with 226/NAMESPACE; of Debian 13 thirteen to fifteen, most with
/// 243/CREDENTIALS, mounts with status 32. So each is left open, and none is said to fail.
///
/// Source: lxc.container.conf(5), "APPARMOR PROFILE", `lxc.apparmor.allow_nesting`; boots of Debian
/// 11, 12 and 13 on Debian's kernel 6.12 with lxc 6.0.4.
///
/// @param remedy what allows nesting, in the words of who looks after the container; empty where no
///   such profile confines it
public record AppArmorLimits(String remedy) {
    private static final List<String> CREDENTIALS =
            List.of(
                    "LoadCredential",
                    "LoadCredentialEncrypted",
                    "SetCredential",
                    "SetCredentialEncrypted",
                    "ImportCredential");

    public static AppArmorLimits of(Snapshot snapshot) {
        Systemd systemd = snapshot.systemd();
        LxcSettings settings =
                ConfigurationText.settings(snapshot.configuration(), snapshot.container().format());
        boolean confined =
                systemd != null
                        && systemd.source() == Systemd.Source.FILES
                        && Boolean.TRUE.equals(snapshot.host().appArmor())
                        && "generated".equals(settings.value("lxc.apparmor.profile"))
                        && !"1".equals(settings.value("lxc.apparmor.allow_nesting"));
        if (!confined) {
            return new AppArmorLimits("");
        }
        return new AppArmorLimits(snapshot.container().kind().nesting());
    }

    /// Why nobody can say that this unit starts; empty where AppArmor is not in its way.
    public String why(UnitState unit, Execution execution) {
        if (remedy.isEmpty()) {
            return "";
        }
        return switch (UnitName.type(unit.name())) {
            case "mount" -> sentence("this mount (mount exit status 32)");
            case "service" -> {
                if (CREDENTIALS.stream().anyMatch(execution::has)) {
                    yield sentence("setting its credentials up (243/CREDENTIALS)");
                }
                boolean sandboxed =
                        execution.commands().stream()
                                .anyMatch(command -> !command.fullPrivileges());
                yield sandboxed && !execution.mountNamespace().isEmpty()
                        ? sentence("setting up its mount namespace (226/NAMESPACE)")
                        : "";
            }
            default -> "";
        };
    }

    private static String sentence(String what) {
        return "its AppArmor profile, generated without nesting, may refuse " + what;
    }

    /// The units that may not start for it, by name.
    public List<String> units(Systemd systemd) {
        List<String> units = new ArrayList<>();
        for (UnitState unit : systemd.units()) {
            if (Outcome.of(unit) == Outcome.STARTED && !why(unit, Execution.of(unit)).isEmpty()) {
                units.add(unit.name());
            }
        }
        return units;
    }
}
