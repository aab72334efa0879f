package dev.capdrop.cli.command;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Host;
import dev.capdrop.core.snapshot.Isolation;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.offline.OfflineReader;
import dev.capdrop.linux.offline.OfflineReader.Confinement;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The target `root:DIR`: a root directory, whether or not a container was ever made of it.
///
/// @param directory absolute
record RootTarget(Path directory) {
    static final String PREFIX = "root:";

    /// The first user of a container's range where LXC and Proxmox VE are left to their defaults
    /// (subuid(5)).
    private static final long USUAL_ROOT = 100_000;

    private static final String ASSUMPTION =
            "no configuration goes with a root directory: taken for an unprivileged container that"
                    + " drops nothing";

    private static final List<String> INIT = List.of("/sbin/init");

    /// Null when `target` is of another kind.
    ///
    /// @throws UsageException when it names no directory
    static @Nullable RootTarget of(String target) {
        return target.startsWith(PREFIX)
                ? new RootTarget(directory(target, target.substring(PREFIX.length())))
                : null;
    }

    private static Path directory(String target, String name) {
        try {
            Path directory = Path.of(name).toAbsolutePath().normalize();
            if (!name.isEmpty() && Files.isDirectory(directory)) {
                return directory;
            }
        } catch (InvalidPathException notAPath) {
            // It is answered below.
        }
        throw new UsageException(
                "'"
                        + target
                        + "': no such folder, expected root: and the root directory of a container");
    }

    /// What its files tell.
    Snapshot read() throws IOException {
        Host host = SnapshotReader.host();
        CapabilitySet all = CapabilitySet.upTo(host.lastCapability());
        Isolation isolation = new Isolation(USUAL_ROOT, false, false);
        return new OfflineReader(
                        ContainerId.ofRoot(directory.toString()),
                        host,
                        directory,
                        new Confinement(null, isolation, all, INIT, List.of(), List.of(ASSUMPTION)))
                .read();
    }
}
