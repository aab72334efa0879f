package dev.capdrop.core.execution;

import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import java.util.Set;
import java.util.function.Predicate;

/// Commands of which a unit's own record does not tell everything, by their names.
final class Starters {
    /// What these start lives in other units, and ends or fails with them: docker-run(1),
    /// podman-run(1), systemctl(1), systemd-run(1), machinectl(1), lxc-start(1), virsh(1).
    private static final Set<String> ELSEWHERE =
            Set.of(
                    "busctl",
                    "crictl",
                    "ctr",
                    "dbus-send",
                    "docker",
                    "docker-compose",
                    "gdbus",
                    "incus",
                    "lxc",
                    "lxc-autostart",
                    "lxc-start",
                    "machinectl",
                    "nerdctl",
                    "podman",
                    "podman-compose",
                    "service",
                    "systemctl",
                    "systemd-nspawn",
                    "systemd-run",
                    "virsh");

    /// These set modes, or may.
    private static final Set<String> ARRANGING =
            Set.of("bash", "chmod", "chown", "dash", "env", "install", "mkdir", "sh");

    private static final String SCRIPTS = "/etc/init.d/";

    private Starters() {}

    /// Whether one of its commands starts something elsewhere and may wait for it.
    static boolean startsElsewhere(Execution execution) {
        return any(execution, command -> ELSEWHERE.contains(command.name()));
    }

    /// Whether one of its commands may set the mode of a folder that it finds.
    static boolean mayArrangeFolders(Execution execution) {
        return any(
                execution,
                command ->
                        ARRANGING.contains(command.name())
                                || command.program().startsWith(SCRIPTS));
    }

    private static boolean any(Execution execution, Predicate<ExecLine> test) {
        return execution.commands().stream().anyMatch(test);
    }
}
