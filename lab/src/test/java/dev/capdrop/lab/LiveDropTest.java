package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `apply --live` on real containers.
@NeedsContainers
final class LiveDropTest {
    private static final String GUEST =
            """
            arch: amd64
            hostname: web
            ostype: debian
            unprivileged: 1
            """;

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FORKY")
    void aDegradedContainerRunsWithoutARestartAndAfterOneIsAsForecast(Suite suite)
            throws Exception {
        try (LabContainer container = bench.make(suite, Privilege.UNPRIVILEGED)) {
            echo(container);
            assertThat(container.boot()).isEqualTo("degraded");
            Tool tool = Tool.of(bench, state);
            long init = container.initPid();
            Set<String> services = services(container);
            Connection connection = Connection.open(container, state);
            Command.Result apply = tool.run("apply", container.name(), "--live", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(apply.out()).endsWith("verdict: better, the container is running\n");
            assertThat(apply.out().replaceAll("\\s+", " "))
                    .contains("gone from PID 1", "nothing was restarted");
            assertThat(connection.echoes()).isGreaterThan(3);
            assertThat(container.settled()).isEqualTo("running");
            assertThat(container.initPid()).isEqualTo(init);
            assertThat(services(container)).containsAll(services);
            assertThat(bounding(init)).doesNotContain("1ffffffffff");
            skipsFromNowOn(container);
            saysWhatHolds(tool, container);
            container.shutDown();
            assertThat(container.boot()).isEqualTo("running");
            Command.Result after = tool.run("status", container.name());
            assertThat(after.exit()).as(after.toString()).isZero();
            assertThat(after.out()).doesNotContain("live:");
        }
    }

    /// What is honoured goes live only where that is asked for, and only a restart brings it back.
    @Test
    void inAPrivilegedContainerAllIsHonouredAndAnUndoRestarts() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.PRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("running");
            Tool tool = Tool.of(bench, state);
            String before = container.config();
            long init = container.initPid();
            String[] drop = {
                "apply", container.name(), "--goal", "none", "--drop", "sys_nice", "--live", "--yes"
            };
            Command.Result refused = tool.run(drop);
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.err()).contains("the kernel honours sys_nice");
            assertThat(container.config()).isEqualTo(before);
            List<String> honoured = new ArrayList<>(List.of(drop));
            honoured.add("--live-honoured");
            Command.Result apply = tool.run(honoured.toArray(String[]::new));
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(apply.out()).contains("live: sys_nice is gone from PID 1");
            assertThat(container.initPid()).isEqualTo(init);
            Command.Result asked = tool.runOnTerminal("n\n", "undo", container.name());
            assertThat(asked.out().replaceAll("\\s+", " "))
                    .contains("gave up sys_nice while it ran, and only a restart gives that back");
            Command.Result undo = tool.run("undo", container.name(), "--yes");
            assertThat(undo.exit()).as(undo.toString()).isZero();
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.initPid()).isNotEqualTo(init);
        }
    }

    @Test
    void aPid1ThatIsTracedAlreadyIsLeftAloneBeforeAnythingIsWritten() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String before = container.config();
            Tool tool = Tool.of(bench, state);
            long init = container.initPid();
            Process tracer =
                    new ProcessBuilder("strace", "-p", Long.toString(init), "-o", "/dev/null")
                            .start();
            try {
                awaitTracer(init);
                Command.Result traced = tool.run("apply", container.name(), "--live", "--yes");
                assertThat(traced.exit()).as(traced.toString()).isEqualTo(1);
                assertThat(traced.err()).contains("traces PID 1 already");
            } finally {
                tracer.destroy();
            }
            assertThat(container.config()).isEqualTo(before);
        }
    }

    /// The filter that LXC gives a container may answer prctl(2) with the end of PID 1.
    @Test
    void aFilterThatKillsForTheCallIsSeenBeforeAnythingIsWritten() throws IOException {
        Path filter = state.resolve("seccomp");
        Files.writeString(filter, "2\ndenylist\nprctl kill [0,24,SCMP_CMP_EQ]\n");
        try (LabContainer container =
                bench.make(
                        Suite.TRIXIE,
                        Privilege.UNPRIVILEGED,
                        "lxc.seccomp.profile =",
                        "lxc.seccomp.profile = " + filter)) {
            var _ = container.boot();
            String before = container.config();
            long init = container.initPid();
            Command.Result apply =
                    Tool.of(bench, state).run("apply", container.name(), "--live", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
            assertThat(apply.err().replaceAll("\\s+", " "))
                    .contains("a seccomp filter of PID 1 forbids it prctl(2)");
            assertThat(container.config()).isEqualTo(before);
            assertThat(container.initPid()).isEqualTo(init);
        }
    }

    @Test
    void theGuestsOfANodeGiveUpOneAfterTheOtherWithoutAnOutage() throws IOException {
        StandInNode node = StandInNode.in(bench, state);
        try (StandInNode.Guest one = node.make(Suite.BOOKWORM, GUEST);
                StandInNode.Guest other = node.make(Suite.TRIXIE, GUEST)) {
            assertThat(one.boot()).isEqualTo("degraded");
            assertThat(other.boot()).isEqualTo("degraded");
            List<Long> inits = List.of(one.container().initPid(), other.container().initPid());
            Tool tool = node.tool(state.resolve("state"));
            Command.Result apply = tool.run("apply", "--all", "--live", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(one.container().settled()).isEqualTo("running");
            assertThat(other.container().settled()).isEqualTo("running");
            assertThat(List.of(one.container().initPid(), other.container().initPid()))
                    .isEqualTo(inits);
            assertThat(one.conf()).contains("lxc.cap.drop: sys_rawio\n");
            Command.Result status = tool.run("status");
            assertThat(status.exit()).as(status.toString()).isZero();
            assertThat(status.out()).contains("live: PID 1 gave up");
        }
    }

    @Test
    void aCommandThatIsKilledInTheStepIsFinishedByTheNext() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            Tool tool = Tool.of(bench, state);
            long init = container.initPid();
            Command.Result killed =
                    tool.signalledAt(
                            "KILL", "taking ", "apply", container.name(), "--live", "--yes");
            assertThat(killed.exit()).as(killed.toString()).isEqualTo(137);
            assertThat(container.config()).contains("lxc.cap.drop = sys_module sys_rawio");
            Command.Result next = tool.run("apply", container.name(), "--live", "--yes");
            assertThat(next.exit()).as(next.toString()).isZero();
            assertThat(next.err()).contains("a live step was interrupted");
            assertThat(container.settled()).isEqualTo("running");
            assertThat(container.initPid()).isEqualTo(init);
            Command.Result status = tool.run("status", container.name());
            assertThat(status.exit()).as(status.toString()).isZero();
        }
    }

    private static void awaitTracer(long init) throws IOException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (Files.readString(Path.of("/proc/" + init + "/status")).contains("TracerPid:\t0")) {
            assertThat(System.nanoTime()).as("strace does not attach").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /// systemd evaluates a condition anew at each start.
    private static void skipsFromNowOn(LabContainer container) {
        var _ = container.attach("systemctl", "start", "sys-kernel-debug.mount");
        assertThat(
                        container.attachOrFail(
                                "systemctl",
                                "show",
                                "-p",
                                "ConditionResult,ActiveState",
                                "sys-kernel-debug.mount"))
                .contains("ConditionResult=no", "ActiveState=inactive");
    }

    private static void saysWhatHolds(Tool tool, LabContainer container) {
        Command.Result status = tool.run("status", container.name());
        assertThat(status.exit()).as(status.toString()).isZero();
        assertThat(status.out()).contains("as it was left", "live: PID 1 gave up");
        Command.Result outdated = tool.run("ps", "--outdated", container.name());
        assertThat(outdated.out()).contains("more than PID 1", "dbus.service");
        assertThat(tool.run("check", container.name()).exit()).isZero();
    }

    /// The services that run, each with its process.
    private static Set<String> services(LabContainer container) {
        String units =
                container.attachOrFail(
                        "systemctl",
                        "list-units",
                        "--type=service",
                        "--state=running",
                        "--no-legend",
                        "--plain",
                        "--no-pager");
        Set<String> services = new TreeSet<>();
        for (String line : units.split("\n")) {
            String unit = line.split(" ", 2)[0];
            if (!unit.startsWith("echo@")) {
                services.add(
                        unit
                                + " "
                                + container.attachOrFail(
                                        "systemctl", "show", "-p", "MainPID", unit));
            }
        }
        assertThat(services).isNotEmpty();
        return services;
    }

    private static String bounding(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("CapBnd"))
                .findFirst()
                .orElseThrow();
    }

    /// A service that sends back what it is sent.
    private static void echo(LabContainer container) throws IOException {
        container.writeService(
                "echo@.service", List.of(), "ExecStart=/bin/cat", "StandardInput=socket");
        container.write(
                "/etc/systemd/system/echo.socket",
                "[Socket]\nListenStream=127.0.0.1:7007\nAccept=yes\n",
                "rw-r--r--");
        container.enableOnDisk("echo.socket");
    }

    /// A TCP connection to that service, in use all the time.
    private record Connection(Process client, Path stop) {
        private static final String TALK =
                """
                exec 3<>/dev/tcp/127.0.0.1/7007 || exit 1
                n=0
                while [ ! -e "$1" ]; do
                    echo $n >&3; read -r -t 20 answer <&3 || exit 2
                    [ "$answer" = $n ] || exit 3
                    n=$((n + 1)); sleep 0.02
                done
                echo $n
                """;

        static Connection open(LabContainer container, Path state) throws IOException {
            Path stop = state.resolve("stop");
            Process client =
                    new ProcessBuilder(
                                    "nsenter",
                                    "-t",
                                    Long.toString(container.initPid()),
                                    "-n",
                                    "bash",
                                    "-c",
                                    TALK,
                                    "talk",
                                    stop.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return new Connection(client, stop);
        }

        /// How many lines came back; none was lost.
        int echoes() throws IOException, InterruptedException {
            Files.createFile(stop);
            String out =
                    new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(client.waitFor()).as("the connection was interrupted").isZero();
            return Integer.parseInt(out.strip());
        }
    }
}
