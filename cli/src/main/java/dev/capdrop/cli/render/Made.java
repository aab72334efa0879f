package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The origin of a document: the capdrop, place and time.
///
/// @param version null where it is not known
/// @param host the name of the machine that it ran on; null where it is not known
/// @param kernel the release of the kernel that it ran on; null where it is not known
public record Made(
        @Nullable String version, @Nullable String host, @Nullable String kernel, Instant at) {
    private static final String SCHEMA = "schema";

    public Made {
        at = at.truncatedTo(ChronoUnit.SECONDS);
    }

    /// Returns the time in UTC, as in ISO 8601.
    public String time() {
        return at.toString();
    }

    /// Returns a report with this in `made`, behind its schema; any other tree unchanged.
    Object envelop(Object tree) {
        if (!(tree instanceof Map<?, ?> report) || !report.containsKey(SCHEMA)) {
            return tree;
        }
        Map<Object, @Nullable Object> whole = new LinkedHashMap<>();
        whole.put(SCHEMA, report.get(SCHEMA));
        whole.put(
                "made", object("version", version, "host", host, "kernel", kernel, "time", time()));
        report.forEach(whole::putIfAbsent);
        return whole;
    }

    /// Writes a report with this in it.
    public void write(DataStream data, Object tree) throws IOException {
        Json.write(data, envelop(tree));
    }
}
