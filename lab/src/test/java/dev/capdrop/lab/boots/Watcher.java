package dev.capdrop.lab.boots;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.lab.LabContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// Watches an image while it boots without any drop, several times, from the same state as all its
/// recorded boots, and keeps what was learnt after each. What is kept already is not made again.
final class Watcher {
    /// How many boots are watched.
    static final int BOOTS = 3;

    private final Image image;
    private final Original original;
    private final Path clones;
    private final Digest digest;

    /// @param work where containers are made, as the [Recorder] does
    Watcher(Path work, Image image, Path folder) {
        this.image = image;
        this.original = new Original(work.resolve("originals"), image);
        this.clones = work.resolve("clones");
        this.digest = new Digest(folder, image.name());
    }

    /// Makes the boots that are missing.
    void watch() throws IOException {
        original.prepare();
        UseHistory learnt = UseHistory.none("", Instant.now());
        for (int boots = 1; boots <= BOOTS; boots++) {
            UseHistory kept = digest.learnt(boots);
            learnt = kept == null ? learnt.plus(watched(boots).seen(), Instant.now()) : kept;
            digest.writeLearnt(boots, learnt);
        }
    }

    private Watched watched(int number) throws IOException {
        LabContainer clone =
                original.clone(clones, new Trial("watched-" + number, CapabilitySet.EMPTY));
        try {
            ContainerId id = new ContainerId(RuntimeKind.LXC, clone.name(), clones.toString());
            Watched boot = Watched.boot(clone, id, image);
            if (boot.after() == null) {
                throw new IOException(clone.name() + " did not boot");
            }
            System.out.printf(
                    "%s: %d kinds of checks in %d units, %d s%n",
                    clone.name(),
                    boot.seen().tallies().size(),
                    boot.seen().coverage().units().size(),
                    boot.seen().coverage().seconds());
            return boot;
        } finally {
            Original.remove(clone);
        }
    }
}
