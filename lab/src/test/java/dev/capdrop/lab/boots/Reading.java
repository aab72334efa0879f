package dev.capdrop.lab.boots;

import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.ClusterFileSystem;
import dev.capdrop.linux.store.FileConfigSource;
import dev.capdrop.linux.time.Deadline.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a container whose boot has ended.
final class Reading {
    private static final Duration STEP = Duration.ofSeconds(15);

    /// What systemd says on the console before it gives up for ever.
    private static final String GAVE_UP = "Freezing execution";

    private static final int JOURNAL_LINES = 8;

    private Reading() {}

    /// What the container is when its boot has ended and nothing has stirred for a while, or when
    /// the image's patience has: what is not up by then is waiting for a service that is started
    /// again and again. Null when there is no systemd that could answer.
    static @Nullable Snapshot settled(ContainerId id, Image image) throws IOException {
        SnapshotReader reader = reader();
        Instant end = Instant.now().plus(image.patience());
        Snapshot snapshot = reader.readSettled(id, BootWait.of(STEP));
        boolean quiet = false;
        while (snapshot.running() && !gaveUp(id)) {
            if (Instant.now().isAfter(end)) {
                return snapshot.systemd() == null ? null : snapshot;
            }
            boolean ended = booted(snapshot) || finished(snapshot);
            if (ended && quiet) {
                return snapshot;
            }
            if (ended) {
                pause(image.quiet());
            }
            quiet = ended;
            snapshot = reader.readSettled(id, BootWait.of(STEP));
        }
        return null;
    }

    /// What the files of a container that does not run say of its next boot.
    static Snapshot stopped(ContainerId id) throws IOException {
        SnapshotReader running = reader();
        HostRuntimes runtimes =
                HostRuntimes.of(null, ClusterFileSystem.DEFAULT_DIRECTORY, running.containers());
        return new SnapshotReader(
                        running.configuration(),
                        running.patience(),
                        running.containers(),
                        runtimes,
                        true)
                .read(id);
    }

    private static SnapshotReader reader() {
        return new SnapshotReader(
                container ->
                        FileConfigSource.text(
                                container.configPath(),
                                container.format(),
                                (_, _) -> KeyAnswer.NOT_KNOWN),
                Patience.atLeast(Duration.ofMinutes(1)),
                new RunningContainers(),
                null,
                true);
    }

    static boolean booted(Snapshot snapshot) {
        Systemd systemd = snapshot.systemd();
        return systemd != null && systemd.manager().jobs() == 0 && !systemd.booting();
    }

    /// Whether the boot has ended although a job is left: a service that never gets ready is
    /// started again and again.
    private static boolean finished(Snapshot snapshot) {
        return snapshot.systemd() != null
                && snapshot.systemd().manager().finishedMicros() > 0
                && !snapshot.systemd().manager().state().equals("starting");
    }

    private static boolean gaveUp(ContainerId id) throws IOException {
        Path console = Path.of(id.lxcPath(), id.name(), "console");
        return Files.exists(console)
                && Files.readString(console, StandardCharsets.ISO_8859_1).contains(GAVE_UP);
    }

    /// The last lines of the journal of each failed unit, as evidence for a reader.
    static String journal(LabContainer container, Snapshot snapshot) {
        StringBuilder text = new StringBuilder();
        List<UnitState> units = snapshot.systemd() == null ? List.of() : snapshot.systemd().units();
        for (UnitState unit : units) {
            if (unit.failed() || unit.isBetweenRuns()) {
                String lines =
                        container
                                .attach(
                                        "timeout",
                                        "20",
                                        "journalctl",
                                        "-b",
                                        "--no-pager",
                                        "-o",
                                        "cat",
                                        "-n",
                                        Integer.toString(JOURNAL_LINES),
                                        "-u",
                                        unit.name())
                                .out();
                text.append("== ").append(unit.name()).append('\n').append(lines);
            }
        }
        return text.toString();
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a container boots", e);
        }
    }
}
