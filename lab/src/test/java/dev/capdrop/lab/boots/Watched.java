package dev.capdrop.lab.boots;

import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.Privilege;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.proc.RunningContainers;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// A boot that was watched as `learn --boot` does.
///
/// @param seen what its processes asked the kernel for
/// @param after what was read at its end; null when it did not end
record Watched(Observation seen, @Nullable Snapshot after) {
    /// Longer than any image's patience, and the reading after it.
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /// Starts a container that is down, and watches it until its boot has been read.
    ///
    /// @throws IOException when checks were lost, too: such a boot is no whole one
    static Watched boot(LabContainer container, ContainerId id, Image image) throws IOException {
        try (UseWatch.Start start =
                UseWatch.of(new RunningContainers())
                        .ofStart(id, image.privilege() == Privilege.PRIVILEGED)) {
            start.begin();
            container.start();
            try (UseWatch.Session learner = start.started()) {
                FutureTask<@Nullable Snapshot> boot =
                        new FutureTask<>(() -> Reading.settled(id, image));
                Thread.ofPlatform().daemon().start(boot);
                Observation seen = learner.learn(LONGEST, boot::isDone, _ -> {});
                if (seen.coverage().lost() > 0) {
                    throw new IOException(seen.coverage().lost() + " checks were lost");
                }
                Snapshot after = boot.get();
                Systemd systemd = after == null ? null : after.systemd();
                Set<String> failed = systemd == null ? Set.of() : systemd.withoutWork();
                return new Watched(seen.withBoot(failed), after);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a boot is watched", e);
        } catch (ExecutionException e) {
            throw new IOException("a watched boot cannot be read", e);
        }
    }
}
