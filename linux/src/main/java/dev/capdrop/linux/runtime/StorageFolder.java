package dev.capdrop.linux.runtime;

import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.time.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a volume of Proxmox VE lies on this host. On storages of the types `dir` and `btrfs`, and
/// as a subvolume of ZFS, the root of a container that stands still is a folder; anything else is a
/// disk, which only a mount opens.
///
/// Source: pvesm(1), `path`.
@FunctionalInterface
interface StorageFolder {
    Patience LIMIT = Patience.atLeast(Duration.ofSeconds(20));
    Pattern VOLUME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*:[A-Za-z0-9][A-Za-z0-9._/+-]*");

    /// The path of the volume; null where nobody can say.
    ///
    /// @param volume as pct.conf(5) has it, `local-zfs:subvol-101-disk-0`
    @Nullable Path of(String volume) throws IOException;

    static @Nullable Path byPvesm(String volume) throws IOException {
        HostProgram program = HostProgram.ifInstalled("pvesm");
        if (program == null || !VOLUME.matcher(volume).matches()) {
            return null;
        }
        HostProgram.Outcome outcome = program.run(List.of("path", volume), LIMIT);
        String path = outcome.output().strip();
        boolean one = outcome.succeeded() && path.startsWith("/") && !path.contains("\n");
        return one ? Path.of(path) : null;
    }
}
