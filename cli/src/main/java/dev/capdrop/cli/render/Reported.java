package dev.capdrop.cli.render;

import dev.capdrop.core.status.ContainerStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `status` found out about one container.
///
/// @param target the container, as the command line takes it
/// @param command what follows a command's name to mean this container: the target, and the options
///   that say where it is
/// @param status what was changed, and what became of it; null when that could not be told
/// @param problem why not; empty when it could
/// @param outdated the units of which a process holds more than PID 1 does; looked for only where
///   something was taken from a running PID 1
public record Reported(
        String target,
        String command,
        @Nullable ContainerStatus status,
        String problem,
        List<String> outdated) {
    public Reported {
        outdated = List.copyOf(outdated);
    }

    /// One in which no process holds more than PID 1 does.
    public Reported(
            String target, String command, @Nullable ContainerStatus status, String problem) {
        this(target, command, status, problem, List.of());
    }

    /// Whether there is anything to say of it.
    public boolean counts() {
        return status == null || drifted() || !status.changes().isEmpty();
    }

    /// Whether reality has gone from what was changed.
    public boolean drifted() {
        return status != null && !status.drifts().isEmpty();
    }
}
