package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The package's `capdrop-learn.service`, as it is, under a systemd that is PID 1 of a host: what
/// it has learnt adds up, however it ends and begins anew.
@NeedsContainers
final class LearnServiceTest {
    private static final String UNIT = "capdrop-learn.service";

    /// How long a service uses chown before nobody believes any more that it is seen: many times
    /// the five seconds after which `learn` writes down what it saw.
    private static final Duration MOST = Duration.ofMinutes(2);

    @Test
    void itWatchesWhateverRunsAndWhatItLearntAddsUp() throws IOException {
        CheckReports.assume();
        try (MachineHost host = MachineHost.boot(Bench.shared())) {
            OwnUnits.install(host);
            host.runOrFail("mount", "-t", "tracefs", "tracefs", "/sys/kernel/tracing");
            machine(host);
            host.runOrFail("systemctl", "-q", "enable", "--now", UNIT);
            assertThat(host.runOrFail("systemctl", "is-enabled", UNIT)).isEqualTo("enabled");
            long first = more(host, 0);

            host.runOrFail("systemctl", "restart", UNIT);
            long second = more(host, first);

            host.runOrFail("systemctl", "kill", "-s", "KILL", UNIT);
            long third = more(host, second);
            assertThat(property(host, "NRestarts")).isEqualTo("1");

            host.runOrFail("machinectl", "terminate", "web");
            host.runOrFail("systemctl", "stop", "systemd-nspawn@web.service");
            assertThat(host.boot("web")).isIn("running", "degraded");
            long fourth = more(host, third);
            assertThat(property(host, "NRestarts")).as("it goes on meanwhile").isEqualTo("1");

            host.runOrFail("systemctl", "stop", UNIT);
            assertThat(property(host, "Result")).isEqualTo("success");
            assertThat(counted(host)).isGreaterThanOrEqualTo(fourth);
            assertThat(journal(host))
                    .contains("watching all containers for 86400 s", "nspawn:web used ")
                    .doesNotContain("Exception", "timed out", "Failed with result 'exit-code'");
        }
    }

    private static void machine(MachineHost host) throws IOException {
        Path root = host.makeSmall("web");
        List<String> lines = new ArrayList<>(List.of(TrialRun.OWNER));
        lines.addAll(List.of("[Unit]", "StartLimitIntervalSec=0"));
        SmallBoot.service(root, "owner.service", lines.toArray(String[]::new));
        SmallBoot.of(root, "owner.service");
        assertThat(host.boot("web")).isIn("running", "degraded");
    }

    /// Has a service of the machine use chown until more of it was learnt.
    ///
    /// @return how much, then
    private static long more(MachineHost host, long than) throws IOException {
        Instant end = Instant.now().plus(MOST);
        while (Instant.now().isBefore(end)) {
            // a look costs more processor than what it looks at
            host.runOrFail("sh", "-c", "systemctl -M web restart owner.service && sleep 1");
            long counted = counted(host);
            if (counted > than) {
                return counted;
            }
        }
        throw new AssertionError(
                "no more than " + than + " was learnt: " + journal(host) + learnt(host));
    }

    private static long counted(MachineHost host) throws IOException {
        Command.Result learnt = learnt(host);
        return learnt.exit() == 0 ? Uses.counted(learnt.out(), "owner.service", "chown") : 0;
    }

    private static Command.Result learnt(MachineHost host) {
        return host.capdrop("learn", "nspawn:web", "--show", "--json");
    }

    private static String journal(MachineHost host) {
        return host.runOrFail("journalctl", "-b", "--no-pager", "-u", UNIT);
    }

    private static String property(MachineHost host, String name) {
        return host.runOrFail("systemctl", "show", "--value", "-p", name, UNIT);
    }
}
