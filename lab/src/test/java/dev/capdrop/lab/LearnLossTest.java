package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `capdrop learn` that gets no processor while a container makes more checks than the kernel has
/// room for: what is lost is counted, and nothing is called unused for it.
@NeedsContainers
class LearnLossTest {
    private static final Path TRACEFS = Path.of("/sys/kernel/tracing");
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Of each processor: three times what fits into the kernel's memory for it.
    private static final int LOOPS = 300_000;

    /// A check of chown each (on a tmpfs: an overlay would ask once more, by itself).
    private static final String LOOP =
            """
            #!/bin/sh
            # usage: noise LOOPS
            for cpu in $(seq 0 $(($(nproc) - 1))); do
                taskset -c $cpu perl -e 'my $f = "/run/noise-$ARGV[0]"; open my $h, ">", $f;
                    for (1 .. $ARGV[1]) { chown $_ %% 2 ? 7 : 0, -1, $f }' $cpu $1 &
            done
            wait
            nproc > /opt/cpus
            """
                    .formatted();

    private static LabContainer container;

    @TempDir private Path state;

    @BeforeAll
    static void boot() throws IOException {
        if (!Files.exists(TRACEFS.resolve("events"))) {
            Command.of("mount", "-t", "tracefs", "tracefs", TRACEFS.toString()).runOrFail();
        }
        assumeTrue(
                Files.exists(TRACEFS.resolve("events/capability/cap_capable")),
                "this kernel does not report capability checks (Linux 6.14 does)");
        container = SmallBoot.make(Bench.shared(), Suite.TRIXIE, Privilege.UNPRIVILEGED);
        container.write("/opt/noise", LOOP, "rwxr-xr-x");
        container.writeService(
                "noise.service", List.of(), "Type=oneshot", "ExecStart=/opt/noise " + LOOPS);
        container.writeService(
                "hidden.service",
                List.of(),
                "Type=oneshot",
                "ExecStart=/bin/sh -c 'mount -t tmpfs tmpfs /mnt && setpriv --reuid 7 true'");
        container.boot();
    }

    @AfterAll
    static void remove() throws IOException {
        if (container != null) {
            container.close();
        }
    }

    @Test
    void whatIsMissedWhileItStandsStillIsCountedAndMakesNothingUnused() throws Exception {
        requireKernelThatCountsLosses();
        for (int turn = 1; turn <= 2; turn++) {
            Tool tool = Tool.of(Bench.shared(), state.resolve("turn-" + turn));
            Process watch = begin(tool);
            signal(watch, "STOP");
            container.attachOrFail("systemctl", "start", "noise.service", "hidden.service");
            signal(watch, "CONT");
            JsonNode seen = ended(watch);
            assertThat(seen.path("lost").asLong()).as("turn %d", turn).isPositive();

            JsonNode learnt = learnt(tool);
            assertThat(learnt.path("lost").asLong()).isEqualTo(seen.path("lost").asLong());
            // of a service that is over before anybody looks, nobody can tell which it was
            long counted =
                    Uses.counted(learnt.toString(), "noise.service", "chown")
                            + Uses.counted(learnt.toString(), "", "chown")
                            + Uses.counted(learnt.toString(), "(from outside)", "chown");
            assertThat(counted).as("hidden by a full ring").isLessThan(made(LOOPS));
            assertThat(counted + learnt.path("lost").asLong()).isGreaterThanOrEqualTo(made(LOOPS));
            for (List<String> words :
                    List.of(List.<String>of(), List.of("--units"), List.of("--json"))) {
                List<String> plan =
                        new ArrayList<>(List.of("plan", container.name(), "--goal", "least"));
                plan.addAll(words);
                Command.Result least = tool.run(plan.toArray(String[]::new));
                assertThat(least.exit()).as(least.toString()).isEqualTo(2);
                assertThat(least.err()).contains("lost").contains("capdrop learn");
            }
        }
    }

    /// As `capdrop-learn.service` runs, which is nice to others.
    @Test
    void besideABusyMachineWhatIsCountedAndWhatIsLostAddUp() throws Exception {
        requireKernelThatCountsLosses();
        Tool tool = Tool.of(Bench.shared(), state.resolve("busy"));
        List<Process> busy = new ArrayList<>();
        try {
            Process watch = begin(tool, "nice", "-n", "10");
            for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
                busy.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            container.attachOrFail("/opt/noise", Integer.toString(2 * LOOPS));
            JsonNode seen = ended(watch);
            JsonNode learnt = learnt(tool);
            // where records are lost, nobody can tell where a process came from
            long counted =
                    Uses.counted(learnt.toString(), "", "chown")
                            + Uses.counted(learnt.toString(), "(from outside)", "chown");
            long lost = seen.path("lost").asLong();
            assertThat(counted + lost).isGreaterThanOrEqualTo(made(2 * LOOPS));
        } finally {
            busy.forEach(Process::destroyForcibly);
        }
    }

    /// Linux 6.0 and later.
    private static void requireKernelThatCountsLosses() {
        String[] version = System.getProperty("os.version").split("[.-]");
        assumeTrue(Integer.parseInt(version[0]) >= 6, "this kernel does not count losses");
    }

    private static long made(int loops) throws IOException {
        String cpus = Files.readString(container.rootfs().resolve("opt/cpus")).strip();
        return (long) loops * Integer.parseInt(cpus);
    }

    private Process begin(Tool tool, String... before) throws Exception {
        Path err = Files.createTempFile("lab", ".err");
        List<String> line = new ArrayList<>(List.of(before));
        line.addAll(tool.command("learn", container.name(), "--for", "1h", "--json").line());
        Process process =
                new ProcessBuilder(line)
                        .redirectOutput(state.resolve("out").toFile())
                        .redirectError(err.toFile())
                        .start();
        while (process.isAlive() && !Files.readString(err).contains("watching")) {
            Thread.sleep(50);
        }
        assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
        return process;
    }

    private static void signal(Process process, String name) {
        Command.of("kill", "-" + name, Long.toString(process.pid())).runOrFail();
    }

    /// Ends it as ^C does.
    private JsonNode ended(Process watch) throws Exception {
        signal(watch, "INT");
        assertThat(watch.waitFor()).isZero();
        return JSON.readTree(Files.readString(state.resolve("out"))).path("targets").path(0);
    }

    private static JsonNode learnt(Tool tool) throws IOException {
        Command.Result shown = tool.run("learn", container.name(), "--show", "--json");
        assertThat(shown.exit()).as(shown.toString()).isZero();
        return JSON.readTree(shown.out());
    }
}
