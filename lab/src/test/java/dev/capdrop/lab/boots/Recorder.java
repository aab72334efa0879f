package dev.capdrop.lab.boots;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Request;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.lab.Command;
import dev.capdrop.lab.LabContainer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Boots an image under every trial and records what came of it. What is recorded already is left
/// alone, so that an interrupted run goes on where it was.
final class Recorder {
    private final Image image;
    private final Recordings recordings;
    private final Original original;
    private final Path clones;

    /// @param work where containers are made; everybody must be able to walk there
    Recorder(Path work, Image image, Recordings recordings) {
        this.image = image;
        this.recordings = recordings;
        this.original = new Original(work.resolve("originals"), image);
        this.clones = work.resolve("clones");
    }

    /// Mounts the memory for the clones' changes, and removes what a killed run has left in it.
    static void prepare(Path work) throws IOException {
        Path clones = Files.createDirectories(work.resolve("clones"));
        if (Command.of("mountpoint", "-q", clones.toString()).run().exit() != 0) {
            Command.of("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", clones.toString())
                    .runOrFail();
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(clones, Files::isDirectory)) {
            for (Path folder : left) {
                Original.remove(new LabContainer(clones, folder.getFileName().toString()));
            }
        }
    }

    /// Records the trials of a stage that are missing.
    void record(Stage stage) throws IOException {
        List<Trial> trials = new ArrayList<>(Trial.of(stage));
        if (stage == Stage.SETS) {
            trials.add(healthy());
        }
        trials.removeIf(trial -> recordings.has(trial.name()));
        if (!trials.isEmpty()) {
            original.prepare();
            record(trials);
        }
    }

    private void record(List<Trial> trials) throws IOException {
        ExecutorService boots = Executors.newFixedThreadPool(image.parallel());
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Trial trial : trials) {
                running.add(
                        boots.submit(() -> {
                            record(trial);
                            return null;
                        }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a boot could not be recorded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            boots.shutdownNow();
        }
    }

    /// The drop that the healthy plan of the recorded baseline advises.
    private Trial healthy() throws IOException {
        Snapshot baseline = recordings.read(Trial.baseline(1)).snapshot();
        if (baseline == null) {
            throw new IOException(image.name() + " does not boot without any drop");
        }
        CapabilitySet drop = Planner.plan(baseline, Request.HEALTHY).drop();
        return new Trial("set-healthy", drop);
    }

    private void record(Trial trial) throws IOException {
        Boot boot = tried(trial);
        recordings.write(boot);
        Snapshot snapshot = boot.snapshot();
        System.out.printf(
                "%s %s: %s after %.1f s%n",
                image.name(),
                trial.name(),
                snapshot == null || snapshot.systemd() == null
                        ? "did not boot"
                        : snapshot.systemd().state(),
                boot.seconds());
    }

    private Boot tried(Trial trial) throws IOException {
        LabContainer clone = original.clone(clones, trial);
        try {
            Instant start = Instant.now();
            clone.start();
            ContainerId id = new ContainerId("lxc", clone.name(), clones.toString());
            Snapshot snapshot = Reading.settled(id, image);
            double seconds = Duration.between(start, Instant.now()).toMillis() / 1000.0;
            String journal = snapshot == null ? console(clone) : Reading.journal(clone, snapshot);
            return new Boot(trial.name(), trial.drop(), seconds, snapshot, journal);
        } finally {
            Original.remove(clone);
        }
    }

    private static String console(LabContainer clone) throws IOException {
        Path console = clone.configFile().resolveSibling("console");
        return Files.exists(console)
                ? Files.readString(console, java.nio.charset.StandardCharsets.ISO_8859_1)
                : "";
    }
}
