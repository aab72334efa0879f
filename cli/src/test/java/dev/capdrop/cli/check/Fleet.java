package dev.capdrop.cli.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Recordings of many containers, made of those of the repository, each under a name of its own.
final class Fleet {
    private final Path folder;
    private String host = "";

    /// The files, in the order in which they were made.
    final List<String> files = new ArrayList<>();

    Fleet(Path folder) {
        this.folder = folder;
    }

    /// What is added from now on is of this host.
    Fleet on(String other) {
        host = other;
        return this;
    }

    /// Adds containers that are as a recorded one is.
    Fleet of(int number, String name, String recording) throws IOException {
        Path recorded = Path.of("..", "bench", "recordings").resolve(recording + ".json.gz");
        String json;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(recorded))) {
            json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (int i = 0; i < number; i++) {
            String own = number == 1 ? name : name + i;
            Path file = folder.resolve(own + ".json");
            String named = json.replaceFirst("\"name\" ?: ?\"[^\"]*\"", "\"name\":\"" + own + "\"");
            Files.writeString(
                    file,
                    named.replaceFirst(
                            "\"host\" ?: ?\\{",
                            // the images have engines, in which nobody has made a container
                            "\"engines\":{},\"host\":{\"name\":\"" + host + "\","));
            files.add(file.toString());
        }
        return this;
    }

    /// Returns 150, most of which do not run.
    static Fleet of150(Path folder) throws IOException {
        return new Fleet(folder)
                .of(120, "stopped", "trixie-unprivileged.files")
                .of(9, "older", "bookworm-unprivileged.files")
                .of(6, "web", "trixie-unprivileged")
                .of(4, "db", "bookworm-unprivileged")
                .of(3, "legacy", "bullseye-unprivileged")
                .of(5, "privileged", "trixie-privileged")
                .of(2, "quiet", "trixie-privileged.files")
                .of(1, "shop", "trixie-services-unprivileged");
    }

    /// Returns a command line about all of them.
    String[] line(String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        line.add("--from");
        line.addAll(files);
        return line.toArray(String[]::new);
    }
}
