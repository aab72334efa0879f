package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever ends an apply half-way, the configuration is the whole old or the whole new file, what
/// is pending is said, and apply or undo brings the container to an end of it.
@NeedsContainers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UnfinishedChangesTest {
    private static final List<String> STEPS =
            List.of("writing", "shutting", "starting", "waiting until");

    /// The command begins a step and is sent a signal: nothing is started to wait for that.
    private static final String SIGNALLED =
            """
            exec 9<> <(:)
            "$@" >/dev/null 2>"$ERR" & pid=$!
            for ((i = 0; i < 15000; i++)); do
                mapfile said <"$ERR"; [[ ${said[*]} != *"$STEP"* ]] || break
                read -rt 0.01 -u 9
            done
            kill -"$SIGNAL" $pid
            """;

    private final Bench bench = Bench.shared();

    @TempDir Path folder;
    private Path state = Path.of("");
    private LabContainer container = new LabContainer(Path.of(""), "");
    private String old = "";

    @BeforeAll
    void makeTheContainer() throws IOException {
        container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED);
        old = container.config();
    }

    @AfterAll
    void removeTheContainer() throws IOException {
        container.close();
    }

    /// Boots it with the old configuration, unless it is as the test before has found it.
    @BeforeEach
    void itRunsWithTheOldConfiguration() throws IOException {
        state = Files.createTempDirectory(folder, "state");
        if (!container.running() || !container.config().equals(old)) {
            if (container.running()) {
                container.kill();
            }
            container.setConfig(old);
            container.boot();
        }
        assertThat(container.settled()).isEqualTo("degraded");
    }

    @Test
    void aKilledApplyIsFinishedByTheNextOne() throws IOException {
        for (String step : STEPS) {
            Command.Result killed = endedAt("KILL", step);
            assertThat(killed.exit()).isEqualTo(137);
            assertThat(container.config()).isIn(old, expected(old));
            assertThat(tool().run("apply", container.name(), "--yes").exit()).isZero();
            assertThat(container.config()).isEqualTo(expected(old));
            assertThat(container.settled()).isEqualTo("running");
            assertThat(tool().run("undo", container.name(), "--yes").exit()).isZero();
            assertThat(container.config()).isEqualTo(old);
        }
    }

    @Test
    void aKilledApplyIsTakenBackByUndo() throws IOException {
        for (String step : STEPS) {
            endedAt("KILL", step);
            assertThat(tool().run("undo", container.name(), "--yes").exit()).isZero();
            assertThat(container.config()).isEqualTo(old);
            assertThat(container.settled()).isEqualTo("degraded");
        }
    }

    @Test
    void anApplyFinishesAKilledUndoAndThenApplies() throws IOException {
        assertThat(tool().run("apply", container.name(), "--yes").exit()).isZero();
        endedAt("KILL", "shutting", "undo");
        Command.Result apply = tool().run("apply", container.name(), "--yes", "--json");
        assertThat(apply.exit()).isZero();
        assertThat(apply.err()).contains("the earlier change has ended: taken back");
        assertThat(apply.out())
                .containsOnlyOnce("\"capdrop/apply/2\"")
                .contains("\"verdict\" : \"better\"");
        assertThat(container.config()).isEqualTo(expected(old));
    }

    @Test
    void anApplyFinishesAnotherOneAndThenDoesWhatIsAsked() throws IOException {
        assertThat(apply("--no-restart").exit()).isZero();
        Command.Result refused = apply("--goal", "none", "--drop", "mknod", "--no-restart");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("refused: one change waits for a restart already");
        assertThat(container.config()).isEqualTo(expected(old));
        Command.Result both = apply("--goal", "none", "--drop", "mknod", "--json");
        assertThat(both.exit()).isZero();
        assertThat(both.err()).contains("the earlier change has ended: running");
        assertThat(both.out()).containsOnlyOnce("\"capdrop/apply/2\"").contains("[ \"mknod\" ]");
        assertThat(container.config()).isEqualTo(expected(old) + "lxc.cap.drop = mknod\n");
    }

    @Test
    void anInterruptedApplySaysWhatItLeft() throws IOException {
        Command.Result ended = endedAt("TERM", "shutting");
        assertThat(ended.exit()).isEqualTo(143);
        String target = "lxc:" + container.name();
        assertThat(ended.err())
                .contains("a change was interrupted")
                .contains("'capdrop apply " + target + " --lxc-path ")
                .contains("' to finish it")
                .contains("'capdrop undo " + target + " --lxc-path ")
                .contains("' to take it back");
        // its shutdown may be under way, in which its systemd need not answer
        powerOff();
        Command.Result check = tool().run("check", container.name());
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.out().replaceAll("\\s+", " ")).contains("a change was interrupted");
    }

    @Test
    void twoAppliesDoNotMix() throws IOException {
        // the first one stops until the second has ended
        String script =
                """
                "$@"; second=$?
                kill -CONT $pid; wait $pid && exit $second
                """;
        Command.Result second = inShell(script, "STOP", "shutting", "apply");
        assertThat(second.exit()).isEqualTo(2);
        assertThat(second.err()).contains("another capdrop (process ").contains("wait for it");
        assertThat(container.config()).isEqualTo(expected(old));
    }

    /// The host is rebooted in the middle: all processes are gone, and what was on a tmpfs. The
    /// container comes up again by itself, or stays down. What an apply or an undo leaves on the
    /// disk is the same from its shutdown to its boot's end.
    @ParameterizedTest
    @ValueSource(strings = {"apply", "undo", "apply --live"})
    void whereTheHostIsRebootedInTheMiddleTheNextCommandsEndIt(String command) throws IOException {
        for (String step : steps(command).subList(0, 2)) {
            for (boolean comesUp : new boolean[] {true, false}) {
                String what = command + " at '" + step + "', comes up: " + comesUp;
                itRunsWithTheOldConfiguration();
                if (command.equals("undo")) {
                    assertThat(apply().exit()).isZero();
                }
                assertThat(endedAt("KILL", step, command.split(" ")).exit()).isEqualTo(137);
                reboot(comesUp);
                assertThat(container.config()).as(what).isIn(old, expected(old));
                assertSaysWhatIsUnderWay(what);
                assertEnds(what, command.equals("undo") ? "undo" : "apply");
            }
        }
    }

    /// Somebody else restarts the container while a command is between two of its steps: what it
    /// was to do is done all the same.
    @ParameterizedTest
    @ValueSource(strings = {"apply", "undo", "apply --live"})
    void whereTheContainerIsRestartedInTheMiddleTheCommandsEndAsTheySay(String command)
            throws IOException {
        String script =
                """
                (lxc-stop -P "$LXC" -n "$NAME" -k; lxc-start -P "$LXC" -n "$NAME") & restart=$!
                for ((i = 0; i < 100; i++)); do
                    kill -0 $restart 2>/dev/null || break
                    read -rt 0.1 -u 9
                done
                kill -CONT $pid
                wait $pid; status=$?; wait $restart; cat "$ERR" >&2; exit $status
                """;
        for (String step : steps(command)) {
            String what = command + " at '" + step + "'";
            itRunsWithTheOldConfiguration();
            if (command.equals("undo")) {
                assertThat(apply().exit()).isZero();
            }
            Command.Result ended = inShell(script, "STOP", step, command.split(" "));
            // nothing is taken from a PID 1 that came with the old lines: it waits for a restart
            boolean waits = command.endsWith("--live") && ended.exit() == 1;
            assertThat(ended.exit()).as(what + ": " + ended).isEqualTo(waits ? 1 : 0);
            assertThat(waits && tool().run("status", container.name()).exit() == 0)
                    .as(what)
                    .isFalse();
            assertThat(ended.err()).doesNotContain("Exception", "mistake in capdrop");
            assertThat(container.config()).as(what).isIn(old, expected(old));
            assertThat(container.running()).as(what + ": " + ended).isTrue();
            container.settled();
            assertSaysWhatIsUnderWay(what + ": " + ended);
            assertEnds(what + ": " + ended, command.equals("undo") ? "undo" : "apply");
        }
    }

    private static List<String> steps(String command) {
        return switch (command) {
            // it is started as in an apply
            case "undo" -> List.of("putting", "shutting", "waiting until");
            case "apply" -> STEPS;
            default -> List.of("writing", "taking");
        };
    }

    /// Ends the container, and whatever starts or stops it.
    private void powerOff() throws IOException {
        String path = bench.lxcPath().toString();
        do {
            ProcessHandle.allProcesses()
                    .filter(one -> isLxcFor(container, one))
                    .forEach(ProcessHandle::destroyForcibly);
            Command.of("lxc-stop", "-P", path, "-n", container.name(), "-k").run();
        } while (container.running()
                || ProcessHandle.allProcesses().anyMatch(one -> isLxcFor(container, one)));
    }

    private static boolean isLxcFor(LabContainer container, ProcessHandle process) {
        String line = process.info().commandLine().orElse("");
        return line.matches(".*lxc-(start|stop) .*") && line.contains(container.name());
    }

    /// @param comesUp whether it is started at boot
    private void reboot(boolean comesUp) throws IOException {
        powerOff();
        Command.of("rm", "-rf", "/run/lxc/lock" + bench.lxcPath()).runOrFail();
        if (comesUp) {
            container.start();
            container.settled();
        }
    }

    /// `status` names a command where, and only where, something is under way.
    private void assertSaysWhatIsUnderWay(String what) {
        Command.Result status = tool().run("status", container.name());
        assertThat(status.exit()).as(what + ": " + status).isBetween(0, 1);
        assertThat(status.out().contains("'capdrop ") || status.out().contains("  capdrop "))
                .as(what + ": " + status)
                .isEqualTo(status.exit() == 1);
        assertThat(tool().run("check", container.name()).exit()).as(what).isBetween(0, 1);
    }

    /// The command once more ends what was begun, though the container does not run, and undo
    /// brings the old file back.
    private void assertEnds(String what, String command) throws IOException {
        Command.Result next = tool().run(command, container.name(), "--yes");
        assertThat(next.exit()).as(what + ": " + next).isZero();
        assertThat(container.config())
                .as(what + ": " + next)
                .isEqualTo(command.equals("undo") ? old : expected(old));
        assertThat(tool().run("status", container.name()).exit()).as(what).isZero();
        Command.Result undo = tool().run("undo", container.name(), "--yes");
        assertThat(undo.exit()).as(what + ": " + undo).isZero();
        assertThat(container.config()).as(what + ": " + undo).isEqualTo(old);
    }

    private static String expected(String old) {
        return old + "lxc.cap.drop = sys_rawio\n";
    }

    private Command.Result apply(String... options) {
        List<String> line = new ArrayList<>(List.of("apply", container.name(), "--yes"));
        line.addAll(List.of(options));
        return tool().run(line.toArray(String[]::new));
    }

    private Tool tool() {
        return Tool.of(bench, state);
    }

    /// Sends a command a signal as soon as it has said that it begins a step.
    private Command.Result endedAt(String signal, String step) throws IOException {
        return endedAt(signal, step, "apply");
    }

    private Command.Result endedAt(String signal, String step, String... command)
            throws IOException {
        String script = "wait $pid; status=$?; cat \"$ERR\" >&2; exit $status";
        return inShell(script, signal, step, command);
    }

    /// Runs a script as soon as a command has been sent a signal.
    private Command.Result inShell(String script, String signal, String step, String... command)
            throws IOException {
        Path err = Files.createTempFile("lab", ".said");
        try {
            List<String> line = new ArrayList<>(List.of("bash", "-c", SIGNALLED + script, "bash"));
            List<String> words = new ArrayList<>(List.of(command));
            words.addAll(List.of(container.name(), "--yes"));
            line.addAll(tool().command(words.toArray(String[]::new)).line());
            return Command.of(line.toArray(String[]::new))
                    .with("ERR", err.toString())
                    .with("SIGNAL", signal)
                    .with("STEP", step)
                    .with("LXC", bench.lxcPath().toString())
                    .with("NAME", container.name())
                    .run();
        } finally {
            Files.delete(err);
        }
    }
}
