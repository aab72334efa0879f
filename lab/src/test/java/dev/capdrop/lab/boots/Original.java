package dev.capdrop.lab.boots;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.lab.Bench;
import dev.capdrop.lab.Command;
import dev.capdrop.lab.LabContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The container of an image after its first boot, from which every trial starts anew: the first
/// boot differs from all others by what `ConditionNeedsUpdate=` and the like start once.
///
/// A trial boots a clone whose root is an overlay over the original's, so that no trial sees what
/// another one left.
final class Original {
    private final Path lxcPath;
    private final Image image;
    private final LabContainer container;

    /// @param lxcPath where the originals are
    Original(Path lxcPath, Image image) {
        this.lxcPath = lxcPath;
        this.image = image;
        this.container = new LabContainer(lxcPath, "boots-" + image.name());
    }

    /// Makes it where it is not there yet: unpacked, booted once, shut down.
    void prepare() throws IOException {
        Path mark = lxcPath.resolve(container.name() + ".prepared");
        if (Files.exists(mark)) {
            return;
        }
        container.close();
        Files.createDirectories(lxcPath);
        container.make(image.tarball(), image.privilege(), Bench.FIRST_ID, List.of());
        container.start();
        Reading.settled(
                new ContainerId(RuntimeKind.LXC, container.name(), lxcPath.toString()), image);
        container.shutDown();
        Files.createFile(mark);
    }

    /// What its files say of its next boot; it does not run.
    Snapshot forecast() throws IOException {
        return Reading.stopped(
                new ContainerId(RuntimeKind.LXC, container.name(), lxcPath.toString()));
    }

    /// A clone that starts where the original's first boot ended.
    ///
    /// @param clones the folder of the clones, on a file system that takes an overlay's upper
    ///   folder
    LabContainer clone(Path clones, Trial trial) throws IOException {
        String name = image.name() + "-" + trial.name();
        Path folder = Files.createDirectories(clones.resolve(name));
        for (String part : List.of("rootfs", "upper", "work")) {
            Files.createDirectories(folder.resolve(part));
        }
        // An overlay's root takes owner and mode of its upper folder.
        Command.of("chown", "--reference", container.rootfs().toString(), folder + "/upper")
                .runOrFail();
        Command.of(
                        "mount",
                        "-t",
                        "overlay",
                        "overlay",
                        "-o",
                        "lowerdir=%s,upperdir=%s/upper,workdir=%s/work"
                                .formatted(container.rootfs(), folder, folder),
                        folder + "/rootfs")
                .runOrFail();
        LabContainer clone = new LabContainer(clones, name);
        clone.setConfig(config(clone, trial.drop()));
        return clone;
    }

    private String config(LabContainer clone, CapabilitySet drop) throws IOException {
        String config =
                container
                        .config()
                        .replace(container.rootfs().toString(), clone.rootfs().toString())
                        .replaceAll("lxc\\.uts\\.name = .*", "lxc.uts.name = clone");
        String log = "lxc.console.logfile = " + clone.configFile().resolveSibling("console") + "\n";
        return config
                + log
                + (drop.isEmpty() ? "" : "lxc.cap.drop = " + String.join(" ", drop.names()) + "\n");
    }

    /// Ends a clone and removes it.
    static void remove(LabContainer clone) throws IOException {
        if (clone.running()) {
            clone.kill();
        }
        Command.of("umount", clone.rootfs().toString()).run();
        clone.close();
    }
}
