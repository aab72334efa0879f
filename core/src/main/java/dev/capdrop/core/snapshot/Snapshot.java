package dev.capdrop.core.snapshot;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that is known of one container at one instant. Everything this program says is derived from
/// it.
///
/// @param takenAt when the reading began
/// @param container which container
/// @param host the machine below it
/// @param configuration the text of its configuration; null when it could not be read
/// @param init the container's PID 1; null when the container does not run
/// @param systemd what its systemd said; null when it does not run, has no systemd, or did not
///   answer
/// @param problems what could not be read, one sentence each
public record Snapshot(
        Instant takenAt,
        ContainerId container,
        Host host,
        @Nullable ConfigurationText configuration,
        @Nullable Init init,
        @Nullable Systemd systemd,
        List<String> problems) {
    public Snapshot {
        problems = List.copyOf(problems);
    }

    public boolean running() {
        return init != null;
    }
}
