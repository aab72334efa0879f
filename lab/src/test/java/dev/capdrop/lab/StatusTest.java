package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `status` says after reality has gone its own way, and that the command which it names puts
/// that right.
@NeedsContainers
final class StatusTest {
    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();
    private Tool tool;

    @BeforeEach
    void open() {
        tool = Tool.of(bench, state);
    }

    @Test
    void aLineDeletedByHandIsNamedAndPutBackByTheCommandThatIsNamed() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            String old = container.config();
            Command.Result nothing = tool.run("status");
            assertThat(nothing.exit()).as(nothing.toString()).isZero();
            assertThat(nothing.err()).contains("nothing that capdrop has changed is in force");
            assertThat(tool.run("apply", container.name(), "--yes").exit()).isZero();
            assertInOrder(container, "sys_module sys_rawio");
            container.setConfig(old);
            long init = container.initPid();
            Command.Result drifted = tool.run("status");
            assertThat(drifted.exit()).as(drifted.toString()).isEqualTo(1);
            assertThat(oneLine(drifted))
                    .contains(
                            "lost: its configuration no longer drops sys_module sys_rawio: nothing"
                                    + " of the change is in '"
                                    + container.configFile()
                                    + "'")
                    .contains("its PID 1 is without them until the next start");
            String command = named(drifted, "capdrop apply ");
            assertThat(command).endsWith("--goal none --drop sys_module,sys_rawio");
            Command.Result righted = run(command, "--yes");
            assertThat(righted.exit()).as(righted.toString()).isZero();
            assertThat(oneLine(righted)).contains("nothing was restarted");
            assertThat(container.initPid()).isEqualTo(init);
            assertThat(container.config()).isEqualTo(old + "lxc.cap.drop = sys_module sys_rawio\n");
            assertInOrder(container, "sys_module sys_rawio");
        }
    }

    @Test
    void aDropThatWaitsAndAContainerThatIsGoneAreNamedAndBroughtToAnEnd() throws IOException {
        LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED);
        try (container) {
            assertThat(container.boot()).isEqualTo("degraded");
            String name = container.name();
            assertThat(tool.run("apply", name, "--yes", "--no-restart").exit()).isZero();
            Command.Result waiting = tool.run("status", name);
            assertThat(waiting.exit()).as(waiting.toString()).isEqualTo(1);
            assertThat(oneLine(waiting))
                    .contains("waiting: a drop of sys_rawio waits for the next restart");
            Command.Result righted = run(named(waiting, "capdrop apply "), "--yes");
            assertThat(righted.exit()).as(righted.toString()).isZero();
            assertInOrder(container, "sys_rawio");
            container.setConfig(container.config() + "lxc.cap.drop = net_raw\n");
            Command.Result edited = tool.run("status", name);
            assertThat(edited.exit()).as(edited.toString()).isEqualTo(1);
            assertThat(oneLine(edited)).contains("still-holds: its PID 1 still holds net_raw");
            String restart = named(edited, "lxc-stop ");
            Command.of("sh", "-c", restart + " -d").within(Duration.ofMinutes(2)).runOrFail();
            assertThat(container.settled()).isEqualTo("running");
            assertInOrder(container, "sys_rawio");
        }
        Command.Result gone = tool.run("status");
        assertThat(gone.exit()).as(gone.toString()).isEqualTo(1);
        assertThat(oneLine(gone)).contains("gone: it is not on this host any more");
        Command.Result closed = run(named(gone, "capdrop undo "), "--yes");
        assertThat(closed.exit()).as(closed.toString()).isZero();
        assertThat(tool.run("status").exit()).isZero();
    }

    @Test
    void theCommandThatIsNamedAcceptsTheLossThatWasAcceptedThen() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.writeService(
                    "clock.service",
                    List.of("DefaultDependencies=no", "ConditionCapability=CAP_SYS_TIME"),
                    "ExecStart=/bin/sleep infinity");
            SmallBoot.of(container, "clock.service");
            container.boot();
            String old = container.config();
            String[] drop = {
                "apply",
                container.name(),
                "--yes",
                "--goal",
                "none",
                "--drop",
                "sys_time",
                "--allow-skip",
                "clock.service"
            };
            assertThat(tool.run(drop).exit()).isZero();
            String changed = container.config();
            container.setConfig(old);
            container.shutDown();
            container.boot();
            Command.Result drifted = tool.run("status");
            String command = named(drifted, "capdrop apply ");
            assertThat(command).endsWith("--drop sys_time --allow-skip clock.service");
            Command.Result righted = run(command, "--yes");
            assertThat(righted.exit()).as(righted.toString()).isZero();
            assertThat(container.config()).isEqualTo(changed);
            assertThat(tool.run("status").exit()).isZero();
        }
    }

    private void assertInOrder(LabContainer container, String drops) {
        Command.Result fine = tool.run("status", container.name());
        assertThat(fine.exit()).as(fine.toString()).isZero();
        assertThat(fine.out())
                .startsWith("lxc:" + container.name() + "  as it was left\n")
                .contains("  drops " + drops + "\n");
    }

    /// The line of the output that begins with these words.
    private static String named(Command.Result status, String words) {
        return status.out()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError(status.toString()));
    }

    /// Runs a command as it was printed, which holds the options that say where everything is.
    private Command.Result run(String printed, String... more) {
        List<String> words = new ArrayList<>(List.of(printed.split(" ")));
        words.addAll(List.of(more));
        return Tool.runApartFromContainers(words.subList(1, words.size()).toArray(String[]::new));
    }

    private static String oneLine(Command.Result result) {
        return result.out().replaceAll("\\s+", " ");
    }
}
