package dev.capdrop.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.record.ForeignJson;
import dev.capdrop.record.JournalEntryJson;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/// Documents of real containers, cut, and hostile ones made of them.
public final class Recorded {
    private static final int MOST = 4;
    private static final Path BENCH = Path.of("../bench/recordings");

    private final byte[] good;
    private final JsonPieces pieces;

    private Recorded(byte[] good) {
        this.good = good;
        this.pieces = new JsonPieces(new String(good, UTF_8));
    }

    /// Snapshots: of a container that runs, of one with much learnt of it, and of one from its
    /// files alone.
    public static List<Recorded> snapshots() throws IOException {
        return List.of(
                of(Path.of("../examples/trixie-degraded.json")),
                of(BENCH.resolve("trixie-services-unprivileged.json.gz")),
                of(BENCH.resolve("bullseye-privileged.files.json.gz")));
    }

    /// What was learnt of a container.
    public static List<Recorded> histories() throws IOException {
        return List.of(of(BENCH.resolve("learnt/bullseye-unprivileged-1.json.gz")));
    }

    /// Entries of the journal.
    public static List<Recorded> entries() throws IOException {
        JournalEntry entry =
                new JournalEntry(
                        "20261125T101500.123Z-c1",
                        "lxc:c1",
                        Instant.parse("2026-11-25T10:15:00.123Z"),
                        JournalEntry.Phase.RESTARTING,
                        new JournalEntry.Asked(CapabilitySet.of("sys_rawio"), Set.of()),
                        new ConfigEdit(
                                "/var/lib/lxc/c1/config",
                                "# mine\n",
                                "# mine\nlxc.cap.drop = sys_rawio\n",
                                CapabilitySet.of("sys_rawio"),
                                CapabilitySet.EMPTY,
                                false),
                        SnapshotJson.read(snapshots().getFirst().good, "good").snapshot(),
                        "");
        return List.of(new Recorded(JournalEntryJson.write(entry)));
    }

    private static Recorded of(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".gz")) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                bytes = in.readAllBytes();
            }
        }
        return new Recorded(
                ForeignJson.write(JsonPieces.cut(ForeignJson.read(bytes, file.toString()), MOST)));
    }

    /// As it was recorded.
    public byte[] good() {
        return good.clone();
    }

    /// A hostile one.
    public byte[] mutated(Mutator mutator) {
        if (mutator.below(8) == 0) {
            return mutator.bytes(good);
        }
        return pieces.mutated(mutator).getBytes(mutator.below(8) == 0 ? ISO_8859_1 : UTF_8);
    }
}
