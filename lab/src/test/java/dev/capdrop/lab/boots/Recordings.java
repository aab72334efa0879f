package dev.capdrop.lab.boots;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// The recorded boots of one image, in a folder of its own.
///
/// A boot `NAME` is `NAME.json` (the snapshot; none when it did not boot), `NAME.journal` and,
/// written last, `NAME.boot`: what is dropped, whether it booted, how long it took.
final class Recordings {
    private static final String MARK = ".boot";

    private final Path folder;

    Recordings(Path folder) {
        this.folder = folder;
    }

    boolean has(String name) {
        return Files.exists(folder.resolve(name + MARK));
    }

    /// @param snapshot what was read at the end of the boot; null when it did not end
    void write(Boot boot, @Nullable Snapshot snapshot) throws IOException {
        Files.createDirectories(folder);
        Path json = json(boot.name());
        if (snapshot == null) {
            Files.deleteIfExists(json);
        } else {
            Files.write(json, SnapshotJson.write(snapshot));
        }
        Files.writeString(folder.resolve(boot.name() + ".journal"), boot.journal());
        String mark =
                "drop=%s%nbooted=%s%nseconds=%.1f%n"
                        .formatted(boot.drop().formatHex(), snapshot != null, boot.seconds());
        Path unfinished = folder.resolve(boot.name() + MARK + ".new");
        Files.writeString(unfinished, mark);
        Files.move(
                unfinished,
                folder.resolve(boot.name() + MARK),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private Boot read(String name) throws IOException {
        Properties mark = new Properties();
        try (var in = Files.newBufferedReader(folder.resolve(name + MARK), UTF_8)) {
            mark.load(in);
        }
        boolean booted = Boolean.parseBoolean(mark.getProperty("booted"));
        return Boot.of(
                new Trial(name, CapabilitySet.parseHex(mark.getProperty("drop"))),
                Double.parseDouble(mark.getProperty("seconds")),
                booted ? snapshot(name) : null,
                Files.readString(folder.resolve(name + ".journal")));
    }

    private Snapshot snapshot(String name) throws IOException {
        Path json = json(name);
        return SnapshotJson.read(Files.readAllBytes(json), json.toString()).snapshot();
    }

    /// The first boot without any drop; null when it is not recorded, or did not end.
    @Nullable Snapshot baseline() throws IOException {
        String name = Trial.baseline(1);
        return Files.exists(json(name)) && has(name) ? snapshot(name) : null;
    }

    /// All of this image; null as long as its baseline is missing.
    @Nullable Recorded all() throws IOException {
        Snapshot baseline = baseline();
        if (baseline == null) {
            return null;
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(folder, "*" + MARK)) {
            for (Path mark : marks) {
                String file = mark.getFileName().toString();
                names.add(file.substring(0, file.length() - MARK.length()));
            }
        }
        List<Boot> boots = new ArrayList<>();
        for (String name : names.stream().sorted().toList()) {
            boots.add(read(name));
        }
        return new Recorded(folder.getFileName().toString(), baseline, boots);
    }

    private Path json(String name) {
        return folder.resolve(name + ".json");
    }
}
