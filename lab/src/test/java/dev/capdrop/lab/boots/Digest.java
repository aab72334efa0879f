package dev.capdrop.lab.boots;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.record.SnapshotJson;
import dev.capdrop.record.UnknownFields;
import dev.capdrop.record.UseHistoryJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// The recordings of an image, small enough to be kept with the sources: the baseline as a packed
/// snapshot, another one of what was forecast from the image's files, and of each boot the units
/// that it left otherwise than the baseline's.
///
/// `IMAGE.boots` is text. A line `boot NAME DROPPED SECONDS` (in hex; `none` in place of the
/// seconds when it did not end) is followed by one `UNIT OUTCOME STATUS` for each such unit, `gone`
/// being the outcome of one that systemd no longer knows.
final class Digest {
    private static final String BASELINE = ".json.gz";
    private static final String FORECAST = ".files.json.gz";
    private static final String BOOTS = ".boots";
    private static final String GONE = "gone";
    private static final String NOT_BOOTED = "none";

    private final Path folder;
    private final String image;

    Digest(Path folder, String image) {
        this.folder = folder;
        this.image = image;
    }

    /// All digests in this folder, by name.
    static List<Recorded> all(Path folder) throws IOException {
        List<String> images = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + BOOTS)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                images.add(name.substring(0, name.length() - BOOTS.length()));
            }
        }
        List<Recorded> all = new ArrayList<>();
        for (String image : images.stream().sorted().toList()) {
            all.add(new Digest(folder, image).read());
        }
        return all;
    }

    void write(Recorded recorded) throws IOException {
        Files.createDirectories(folder);
        write(recorded.baseline(), folder.resolve(image + BASELINE));
        Map<String, Seen> baseline = Seen.all(recorded.baseline());
        List<String> lines = new ArrayList<>();
        for (Boot boot : recorded.boots()) {
            String seconds = boot.units() == null ? NOT_BOOTED : Double.toString(boot.seconds());
            lines.add(String.join(" ", "boot", boot.name(), boot.drop().formatHex(), seconds));
            lines.addAll(differences(baseline, boot));
        }
        Files.write(folder.resolve(image + BOOTS), lines, UTF_8);
    }

    /// What is forecast from the image's files.
    Snapshot forecast() throws IOException {
        return snapshot(folder.resolve(image + FORECAST));
    }

    void writeForecast(Snapshot forecast) throws IOException {
        write(forecast, folder.resolve(image + FORECAST));
    }

    /// What so many watched boots together have taught of the image; null where that is not kept.
    @Nullable UseHistory learnt(int boots) throws IOException {
        Path file = learntFile(boots);
        if (!Files.exists(file)) {
            return null;
        }
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return UseHistoryJson.read(in.readAllBytes(), file.toString()).history();
        }
    }

    void writeLearnt(int boots, UseHistory learnt) throws IOException {
        Files.createDirectories(folder.resolve("learnt"));
        pack(
                UseHistoryJson.write(
                        new UseHistoryJson.Recorded(
                                "lxc:" + image, "", learnt, UnknownFields.NONE)),
                learntFile(boots));
    }

    private Path learntFile(int boots) {
        return folder.resolve("learnt").resolve(image + "-" + boots + BASELINE);
    }

    private static void write(Snapshot snapshot, Path file) throws IOException {
        pack(SnapshotJson.write(snapshot), file);
    }

    private static void pack(byte[] document, Path file) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(document);
        }
        Files.write(file, packed.toByteArray());
    }

    private static Snapshot snapshot(Path file) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return SnapshotJson.read(in, file.toString()).snapshot();
        }
    }

    private static List<String> differences(Map<String, Seen> baseline, Boot boot) {
        List<String> lines = new ArrayList<>();
        if (boot.units() == null) {
            return lines;
        }
        TreeSet<String> names = new TreeSet<>(baseline.keySet());
        names.addAll(boot.units().keySet());
        for (String name : names) {
            Seen seen = boot.units().get(name);
            if (seen == null) {
                lines.add(name + " " + GONE);
            } else if (!seen.equals(baseline.get(name))) {
                lines.add((name + " " + seen.outcome().word() + " " + seen.status()).strip());
            }
        }
        return lines;
    }

    private Recorded read() throws IOException {
        Snapshot baseline = snapshot(folder.resolve(image + BASELINE));
        List<Boot> boots = new ArrayList<>();
        Map<String, Seen> units = new TreeMap<>();
        for (String line : Files.readAllLines(folder.resolve(image + BOOTS), UTF_8)) {
            String[] words = line.split(" ", 3);
            if (words[0].equals("boot")) {
                units = new TreeMap<>(Seen.all(baseline));
                boots.add(boot(words[1], words[2].split(" "), units));
            } else if (words[1].equals(GONE)) {
                units.remove(words[0]);
            } else {
                units.put(words[0], new Seen(outcome(words[1]), words.length > 2 ? words[2] : ""));
            }
        }
        return new Recorded(image, baseline, boots);
    }

    private static Boot boot(String name, String[] words, Map<String, Seen> units) {
        boolean ended = !words[1].equals(NOT_BOOTED);
        @Nullable Map<String, Seen> seen = ended ? units : null;
        CapabilitySet drop = CapabilitySet.parseHex(words[0]);
        return new Boot(name, drop, ended ? Double.parseDouble(words[1]) : 0, seen, "");
    }

    private static Outcome outcome(String word) {
        return Arrays.stream(Outcome.values())
                .filter(outcome -> outcome.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no outcome"));
    }
}
