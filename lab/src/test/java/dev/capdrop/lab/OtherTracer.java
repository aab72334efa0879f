package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Somebody else who records the same capability checks: an instance of tracefs with a filter and a
/// buffer of its own, as trace-cmd(1) makes one.
final class OtherTracer implements AutoCloseable {
    /// Nobody's default.
    private static final String KILOBYTES = "1236";

    /// Entries that are there, and those that newer ones have replaced.
    private static final Pattern RECORDED = Pattern.compile("(?m)^(?:entries|overrun): (\\d+)$");

    private final Path instance;
    private final Path event;

    /// Begins to record; what a killed test left is removed.
    ///
    /// @param tracefs where that is mounted
    /// @param filter which checks, as the kernel takes it
    OtherTracer(Path tracefs, String filter) throws IOException {
        instance = tracefs.resolve("instances/capdrop-lab");
        event = instance.resolve("events/capability/cap_capable");
        if (Files.exists(instance)) {
            close();
        }
        Files.createDirectory(instance);
        Files.writeString(instance.resolve("buffer_size_kb"), KILOBYTES);
        Files.writeString(event.resolve("filter"), filter);
        Files.writeString(event.resolve("enable"), "1");
    }

    /// How many checks it has recorded so far.
    long recorded() throws IOException {
        long recorded = 0;
        for (Path cpu : cpus()) {
            recorded +=
                    RECORDED.matcher(Files.readString(cpu.resolve("stats")))
                            .results()
                            .mapToLong(count -> Long.parseLong(count.group(1)))
                            .sum();
        }
        return recorded;
    }

    /// What it has asked the kernel for, as the kernel tells it.
    Map<String, String> settings() throws IOException {
        Map<String, String> settings = new TreeMap<>();
        for (Path file :
                List.of(
                        event.resolve("enable"),
                        event.resolve("filter"),
                        instance.resolve("buffer_size_kb"),
                        instance.resolve("current_tracer"),
                        instance.resolve("set_event"),
                        instance.resolve("tracing_on"))) {
            settings.put(file.getFileName().toString(), Files.readString(file));
        }
        return settings;
    }

    private List<Path> cpus() throws IOException {
        try (Stream<Path> cpus = Files.list(instance.resolve("per_cpu"))) {
            return cpus.toList();
        }
    }

    @Override
    public void close() throws IOException {
        Files.writeString(event.resolve("enable"), "0");
        Files.delete(instance);
    }
}
