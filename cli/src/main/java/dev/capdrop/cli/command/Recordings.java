package dev.capdrop.cli.command;

import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Recorded snapshots.
final class Recordings {
    /// A snapshot of 20,000 units stays below this.
    private static final long MAX_BYTES = 64L << 20;

    private Recordings() {}

    static Snapshot read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UsageException(
                    "'"
                            + file
                            + "' is no file, expected a snapshot as 'capdrop snapshot' writes it");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("'" + file + "' has more than 64 MiB, no snapshot is that large");
        }
        return SnapshotJson.read(Files.readAllBytes(file), file.toString()).snapshot();
    }
}
