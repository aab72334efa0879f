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

/// Whatever ends an apply half-way, the configuration is the whole old or the whole new file, what
/// is pending is said, and apply or undo brings the container to an end of it.
@NeedsContainers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InterruptionTest {
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
        String path = bench.lxcPath().toString();
        while (container.running()) {
            Command.of("lxc-stop", "-P", path, "-n", container.name(), "-k").run();
        }
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

    private Command.Result endedAt(String signal, String step, String command) throws IOException {
        String script = "wait $pid; status=$?; cat \"$ERR\" >&2; exit $status";
        return inShell(script, signal, step, command);
    }

    /// Runs a script as soon as a command has been sent a signal.
    private Command.Result inShell(String script, String signal, String step, String command)
            throws IOException {
        Path err = Files.createTempFile("lab", ".said");
        try {
            List<String> line = new ArrayList<>(List.of("bash", "-c", SIGNALLED + script, "bash"));
            line.addAll(tool().command(command, container.name(), "--yes").line());
            return Command.of(line.toArray(String[]::new))
                    .with("ERR", err.toString())
                    .with("SIGNAL", signal)
                    .with("STEP", step)
                    .run();
        } finally {
            Files.delete(err);
        }
    }
}
