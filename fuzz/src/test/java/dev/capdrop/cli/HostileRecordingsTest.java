package dev.capdrop.cli;

import dev.capdrop.fuzz.Campaign;
import dev.capdrop.fuzz.Recorded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Recordings that are read for what they say, whatever that is.
@Timeout(600)
final class HostileRecordingsTest {
    private static final int COMMANDS = 1_500;
    private static final long MOST_BYTES = 512 << 20;
    private static final List<List<String>> LINES =
            List.of(
                    List.of("check"),
                    List.of("check", "--json"),
                    List.of("plan"),
                    List.of("plan", "--json", "--goal", "inert"),
                    List.of("plan", "--goal", "least"),
                    List.of("plan", "--drop", "sys_admin,chown", "--allow-skip", "dbus.service"),
                    List.of("report"),
                    List.of("explain", "systemd-modules-load.service"));

    @TempDir Path folder = Path.of("");

    @Test
    void fifteenHundredCommandsWithARecordingEndClearly() throws IOException {
        Path file = folder.resolve("recording.json");
        List<Recorded> all = Recorded.snapshots();
        Campaign campaign =
                new Campaign("commands with a recording", NoException.class, MOST_BYTES);
        campaign.run(
                COMMANDS,
                mutator -> {
                    write(file, mutator.oneOf(all).mutated(mutator));
                    return mutator.oneOf(LINES);
                },
                line -> {
                    List<String> words = new ArrayList<>(line);
                    words.addAll(List.of("--from", file.toString()));
                    CommandRun.of(words.toArray(String[]::new)).requireClear();
                });
        campaign.report();
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// None is documented.
    private static final class NoException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
