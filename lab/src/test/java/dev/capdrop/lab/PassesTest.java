package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A command that looks at one container goes over /proc once, however often it looks, and once
/// more where it asks what the processes of that container hold.
///
/// A pass costs as much as the host has processes. It is counted by strace(1), which sees those of
/// every part of the program.
@NeedsContainers
final class PassesTest {
    @TempDir Path state;

    @Test
    void aCommandDoesNotGoOverProcAgain() throws IOException {
        assumeTrue(Strace.installed(), "there is no strace");
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String name = container.name();
            assertThat(passes("check", name)).as("check").isOne();
            assertThat(passes("learn", name, "--for", "1s")).as("learn").isOne();
            // the second looks at the container's own processes
            assertThat(passes("plan", name)).as("plan").isEqualTo(2);
            assertThat(passes("explain", name)).as("explain").isEqualTo(2);
            assertThat(passes("apply", name, "--yes", "--no-restart")).as("apply").isEqualTo(2);
        }
    }

    private int passes(String... arguments) throws IOException {
        Path calls = state.resolve("calls");
        List<String> strace = new ArrayList<>(List.of("strace", "-f", "-P", "/proc"));
        strace.addAll(List.of("-e", "trace=openat", "-o", calls.toString()));
        Command.Result result =
                Tool.of(Bench.shared(), state.resolve("state")).runUnder(strace, arguments);
        assertThat(result.exit()).as(result.toString()).isBetween(0, 1);
        return (int)
                Files.readAllLines(calls).stream()
                        .filter(line -> line.contains("\"/proc\""))
                        .count();
    }
}
