package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever ends an apply half-way, the configuration is the whole old or the whole new file, what
/// is pending is said, and apply or undo brings the container to an end of it.
@NeedsContainers
final class InterruptionTest {
    private static final List<String> STEPS =
            List.of("writing", "shutting", "starting", "waiting until");

    private final Bench bench = Bench.shared();

    @TempDir Path state;

    @Test
    void aKilledApplyIsFinishedByTheNextOne() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String old = container.config();
            for (String step : STEPS) {
                Command.Result killed = endedAt("KILL", step, container);
                assertThat(killed.exit()).isEqualTo(137);
                assertThat(container.config()).isIn(old, expected(old));
                assertThat(tool().run("apply", container.name(), "--yes").exit()).isZero();
                assertThat(container.config()).isEqualTo(expected(old));
                assertThat(container.settled()).isEqualTo("running");
                assertThat(tool().run("undo", container.name(), "--yes").exit()).isZero();
                assertThat(container.config()).isEqualTo(old);
            }
        }
    }

    @Test
    void aKilledApplyIsTakenBackByUndo() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String old = container.config();
            for (String step : STEPS) {
                endedAt("KILL", step, container);
                assertThat(tool().run("undo", container.name(), "--yes").exit()).isZero();
                assertThat(container.config()).isEqualTo(old);
                assertThat(container.settled()).isEqualTo("degraded");
            }
        }
    }

    @Test
    void anApplyFinishesAKilledUndoAndThenApplies() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String old = container.config();
            assertThat(tool().run("apply", container.name(), "--yes").exit()).isZero();
            endedAt("KILL", "shutting", "undo", container);
            Command.Result apply = tool().run("apply", container.name(), "--yes", "--json");
            assertThat(apply.exit()).isZero();
            assertThat(apply.err()).contains("the earlier change has ended: taken back");
            assertThat(apply.out())
                    .containsOnlyOnce("\"schema\"")
                    .contains("\"verdict\" : \"better\"");
            assertThat(container.config()).isEqualTo(expected(old));
        }
    }

    @Test
    void anApplyFinishesAnotherOneAndThenDoesWhatIsAsked() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String old = container.config();
            assertThat(apply(container, "--no-restart").exit()).isZero();
            Command.Result refused =
                    apply(container, "--goal", "none", "--drop", "mknod", "--no-restart");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains("refused: one change waits for a restart already");
            assertThat(container.config()).isEqualTo(expected(old));
            Command.Result both = apply(container, "--goal", "none", "--drop", "mknod", "--json");
            assertThat(both.exit()).isZero();
            assertThat(both.err()).contains("the earlier change has ended: running");
            assertThat(both.out()).containsOnlyOnce("\"schema\"").contains("[ \"mknod\" ]");
            assertThat(container.config()).isEqualTo(expected(old) + "lxc.cap.drop = mknod\n");
        }
    }

    @Test
    void anInterruptedApplySaysWhatItLeft() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Command.Result ended = endedAt("TERM", "shutting", container);
            assertThat(ended.exit()).isEqualTo(143);
            String target = "lxc:" + container.name();
            assertThat(ended.err())
                    .contains("a change was interrupted")
                    .contains("'capdrop apply " + target + " --lxc-path ")
                    .contains("' to finish it")
                    .contains("'capdrop undo " + target + " --lxc-path ")
                    .contains("' to take it back");
            Command.Result check = tool().run("check", container.name());
            assertThat(check.exit()).isEqualTo(1);
            assertThat(check.out().replaceAll("\\s+", " ")).contains("a change was interrupted");
        }
    }

    @Test
    void twoAppliesDoNotMix() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String old = container.config();
            String script =
                    """
                    "$@" >/dev/null 2>"$ERR" & pid=$!
                    for i in $(seq 3000); do grep -q shutting "$ERR" && break; sleep 0.05; done
                    "$@"; second=$?
                    wait $pid && exit $second
                    """;
            Command.Result second = inShell(script, "", "", "apply", container);
            assertThat(second.exit()).isEqualTo(2);
            assertThat(second.err()).contains("another capdrop (process ").contains("wait for it");
            assertThat(container.config()).isEqualTo(expected(old));
        }
    }

    private static String expected(String old) {
        return old + "lxc.cap.drop = sys_module sys_rawio\n";
    }

    private Command.Result apply(LabContainer container, String... options) {
        List<String> line = new ArrayList<>(List.of("apply", container.name(), "--yes"));
        line.addAll(List.of(options));
        return tool().run(line.toArray(String[]::new));
    }

    private Tool tool() {
        return Tool.of(bench, state);
    }

    /// Sends a command a signal as soon as it has said that it begins a step.
    private Command.Result endedAt(String signal, String step, LabContainer container)
            throws IOException {
        return endedAt(signal, step, "apply", container);
    }

    private Command.Result endedAt(
            String signal, String step, String command, LabContainer container) throws IOException {
        String script =
                """
                "$@" 2>"$ERR" & pid=$!
                for i in $(seq 3000); do grep -q "$STEP" "$ERR" && break; sleep 0.05; done
                kill -"$SIGNAL" $pid; wait $pid; status=$?
                cat "$ERR" >&2; exit $status
                """;
        return inShell(script, signal, step, command, container);
    }

    private Command.Result inShell(
            String script, String signal, String step, String command, LabContainer container)
            throws IOException {
        Path err = Files.createTempFile("lab", ".said");
        try {
            List<String> line = new ArrayList<>(List.of("bash", "-c", script, "bash"));
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
