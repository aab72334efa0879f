package dev.capdrop.cli.command;

import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Recorded snapshots.
final class Recordings {
    /// A snapshot of 20,000 units stays below this.
    private static final int MAX_BYTES = 64 << 20;

    private static final int TYPE = 0170000;
    private static final int FIFO = 0010000;

    private Recordings() {}

    /// Reads one from a file, or from a pipe to its end, as `--from <(…)` of a shell names one.
    static Snapshot read(Path file) throws IOException {
        if (!Files.isRegularFile(file) && !isPipe(file)) {
            throw new UsageException(
                    "'%s' is no file, expected a snapshot as 'capdrop snapshot' writes it"
                            .formatted(file));
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException("'" + file + "' has more than 64 MiB, no snapshot is that large");
        }
        Snapshot read = SnapshotJson.read(bytes, file.toString()).snapshot();
        if (read.subject() instanceof Subject.Lines lines) {
            throw new UsageException(
                    "'%s' is of '%s', expected a snapshot of one container"
                            .formatted(file, lines.target()));
        }
        return read;
    }

    private static boolean isPipe(Path file) {
        try {
            return ((Integer) Files.getAttribute(file, "unix:mode") & TYPE) == FIFO;
        } catch (IOException absent) {
            return false;
        }
    }
}
