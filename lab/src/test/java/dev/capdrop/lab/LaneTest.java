package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a lane of these tests has, whoever starts it and on whatever machine: `lab/lane/bin/java`.
@NeedsContainers
final class LaneTest {
    private static final String LANE = Clone.root().resolve("lab/lane/bin/java").toString();

    @TempDir Path folder;

    @Test
    void signalsThatWhoeverStartsItIgnoresAreNotIgnoredInIt() {
        String before = "trap '' HUP INT QUIT PIPE TERM; exec \"$@\"";
        String ignored = "grep -h ^SigIgn /proc/self/status";
        assertThat(inBash(before, ignored.split(" ")).runOrFail()).endsWith("5007");
        assertThat(inLane(before, ignored.split(" "))).endsWith("0000000000000000");
    }

    @Test
    void aHangUpThatWhoeverStartsItIgnoresDoesNotReachIt() {
        String before =
                "trap '' HUP; set -m; cd \"$FOLDER\"; \"$@\" & until [[ -e begun ]]; do sleep 0.02; done; kill -HUP -- -$!; touch over; wait $!";
        String waits = "touch begun; until [[ -e over ]]; do sleep 0.02; done; echo unharmed";
        assertThat(inLane(before, "bash", "-c", waits)).isEqualTo("unharmed");
    }

    @Test
    void tracefsIsMountedWhereTheMachineHasMountedNone() {
        assumeTrue(Files.isDirectory(Path.of("/sys/kernel/tracing")), "this kernel has none");
        String before =
                "exec unshare --mount bash -c 'umount -l /sys/kernel/tracing; ! [[ -e /sys/kernel/tracing/events ]] && exec \"$@\"' bash \"$@\"";
        assertThat(inLane(before, "ls", "-d", "/sys/kernel/tracing/events"))
                .isEqualTo("/sys/kernel/tracing/events");
    }

    /// What a program says that runs in a lane in the place of Java.
    ///
    /// @param before what starts the lane, as a script of bash
    private String inLane(String before, String... program) {
        List<String> line = new ArrayList<>(List.of(program));
        line.set(0, LANE);
        String java = Command.of("bash", "-c", "command -v " + program[0]).runOrFail();
        return inBash(before, line.toArray(String[]::new)).with("LAB_JAVA", java).runOrFail();
    }

    private Command inBash(String script, String... program) {
        List<String> line = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        line.addAll(List.of(program));
        return Command.of(line.toArray(String[]::new)).with("FOLDER", folder.toString());
    }
}
