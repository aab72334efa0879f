package dev.capdrop.lab.boots;

import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
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
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

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

    /// The boots of a stage that are missing, to be made in any order, several at a time.
    List<Callable<Void>> missing(Stage stage) throws IOException {
        List<Trial> trials = new ArrayList<>(Trial.of(stage));
        if (stage == Stage.SETS) {
            trials.add(advised(Goal.HEALTHY));
            trials.add(advised(Goal.INERT));
        }
        trials.removeIf(trial -> recordings.has(trial.name()));
        if (!trials.isEmpty()) {
            original.prepare();
        }
        List<Callable<Void>> boots = new ArrayList<>();
        for (Trial trial : trials) {
            boots.add(() -> {
                record(trial);
                return null;
            });
        }
        return boots;
    }

    /// The drop that the plan for a goal advises, made from the recorded baseline.
    private Trial advised(Goal goal) throws IOException {
        Snapshot baseline = recordings.baseline();
        if (baseline == null) {
            throw new IOException(image.name() + " does not boot without any drop");
        }
        return Trial.advised(goal, baseline);
    }

    private void record(Trial trial) throws IOException {
        LabContainer clone = original.clone(clones, trial);
        try {
            Instant start = Instant.now();
            clone.start();
            ContainerId id = new ContainerId(RuntimeKind.LXC, clone.name(), clones.toString());
            Snapshot snapshot = Reading.settled(id, image);
            requireWhole(trial, snapshot);
            double seconds = Duration.between(start, Instant.now()).toMillis() / 1000.0;
            String journal = snapshot == null ? console(clone) : Reading.journal(clone, snapshot);
            recordings.write(Boot.of(trial, seconds, snapshot, journal), snapshot);
            say(trial, seconds, snapshot);
        } finally {
            Original.remove(clone);
        }
    }

    /// A reading that came to its limits on a busy machine lacks units, each of which would count
    /// as a surprise.
    private void requireWhole(Trial trial, @Nullable Snapshot snapshot) throws IOException {
        if (snapshot != null && !snapshot.unread().isEmpty()) {
            throw new IOException(
                    "%s %s is not kept: %s"
                            .formatted(
                                    image.name(),
                                    trial.name(),
                                    snapshot.unread().getFirst().why()));
        }
    }

    private void say(Trial trial, double seconds, @Nullable Snapshot snapshot) {
        String end =
                snapshot == null || snapshot.systemd() == null
                        ? "did not boot"
                        : snapshot.systemd().manager().state();
        System.out.printf("%s %s: %s after %.1f s%n", image.name(), trial.name(), end, seconds);
    }

    private static String console(LabContainer clone) throws IOException {
        Path console = clone.configFile().resolveSibling("console");
        return Files.exists(console)
                ? Files.readString(console, java.nio.charset.StandardCharsets.ISO_8859_1)
                : "";
    }
}
