package dev.capdrop.core.execution;

import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import java.util.List;

/// The settings with which systemd lets a unit's programs be executed from a mount with nosuid, on
/// which the kernel passes over file capabilities (security/commoncap.c, `get_file_caps`): where
/// no_new_privs is set anyway, on what its sandbox mounts and all below that.
///
/// Source: systemd's src/core/namespace.c, `make_nosuid`; seen on 252 to 257, and not on 247.
/// `DynamicUser=` implies `NoNewPrivileges=yes` and `ProtectSystem=strict` (systemd.exec(5)).
final class NosuidMounts {
    private static final int LAST_WITHOUT = 247;
    private static final int FIRST_SEEN = 252;
    private static final List<String> SYSTEM = List.of("/usr/", "/bin/", "/sbin/", "/lib");

    static boolean cover(Execution execution, ExecLine command, int version) {
        return version >= FIRST_SEEN && wouldCover(execution, command);
    }

    static boolean mayCover(Execution execution, ExecLine command, int version) {
        return (version == 0 || version > LAST_WITHOUT) && wouldCover(execution, command);
    }

    private static boolean wouldCover(Execution execution, ExecLine command) {
        if (command.fullPrivileges() || !execution.setsNoNewPrivs()) {
            return false;
        }
        boolean everywhere =
                execution.has("DynamicUser") || execution.value("ProtectSystem").equals("strict");
        return everywhere
                || (execution.has("ProtectSystem")
                        && SYSTEM.stream().anyMatch(command.program()::startsWith));
    }
}
