package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Goal `least` of one recorded boot on a container with two dozen servers: nothing that ran is
/// lost, and each server still answers in its own protocol.
@NeedsContainers
class LeastServersTest {

    private static final int SERVERS = 26;

    /// Longer than the program goes on asking.
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /// As it is installed it knows no number for itself where there is no network.
    private static final String ROUTES =
            """
            router id 192.0.2.1;
            protocol device {}
            protocol direct { ipv4; }
            protocol kernel { ipv4 { export all; }; }
            """;

    @TempDir private Path state;

    @Test
    void nothingThatRanIsLostAndEachServerStillAnswers() throws IOException {
        requireTracepoint();
        Bench bench = Bench.shared();
        Tool tool = Tool.of(bench, state);
        Path root = RootTarball.withServers(Suite.TRIXIE);
        try (LabContainer container = bench.make(root, Privilege.UNPRIVILEGED)) {
            container.write("/usr/local/bin/ask-servers", questions(), "rwxr-xr-x");
            container.write("/etc/bird/bird.conf", ROUTES, "rw-r--r--");
            container.boot();
            String name = container.name();
            Command.Result learnt = tool.run("learn", name, "--boot", "--yes");
            assertThat(learnt.exit()).as(learnt.toString()).isZero();
            String before = container.settled();
            Set<String> active = active(container);
            requireAnswers(container);

            Command.Result plan = tool.run("plan", name, "--goal", "least");
            assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
            Command.Result applied = tool.run("apply", name, "--goal", "least", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();

            String after = container.settled();
            assertThat(after).isIn("running", before);
            assertThat(active(container)).containsAll(active);
            requireAnswers(container);
            assertThat(held(container)).isLessThan(30);
        }
    }

    private static void requireTracepoint() {
        CheckReports.assume();
    }

    private static String questions() throws IOException {
        try (InputStream in = LeastServersTest.class.getResourceAsStream("ask-servers.pl")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /// Each server on a line of its own, and whether it answers.
    private static void requireAnswers(LabContainer container) {
        Command.Result asked =
                container.attachFor(LONGEST.toSeconds(), "perl", "/usr/local/bin/ask-servers");
        assertThat(asked.exit()).as(asked.toString()).isZero();
        assertThat(asked.out().lines())
                .hasSize(SERVERS)
                .allSatisfy(line -> assertThat(line).endsWith(" answers"));
    }

    /// Services that run or have ended well and stay, each with which of the two; but for the one
    /// that loads no module in a container, whether it is skipped or not.
    private static Set<String> active(LabContainer container) {
        String units =
                container.attachOrFail(
                        "sh",
                        "-c",
                        "systemctl list-units --type=service --state=active --no-legend --plain"
                                + " | awk '{print $1, $4}'");
        Set<String> active = new TreeSet<>(units.lines().toList());
        active.remove("systemd-modules-load.service exited");
        assertThat(active).hasSizeGreaterThan(SERVERS);
        return active;
    }

    private static int held(LabContainer container) {
        String line = container.attachOrFail("grep", "CapBnd", "/proc/1/status");
        return Long.bitCount(Long.parseUnsignedLong(line.split("\\s+")[1], 16));
    }
}
