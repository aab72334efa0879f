package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signals and want of descriptors in every phase of an apply: the configuration is whole, it is
/// said what is left, and the same command again brings it to its end.
@NeedsContainers
final class SignalsTest {
    private static final Map<String, Integer> DEADLY = Map.of("INT", 130, "TERM", 143);

    private static final List<String> STEPS = List.of("writing", "shutting", "starting");

    private final Bench bench = Bench.shared();

    @TempDir Path state;

    @Test
    void whatInterruptsTheQuestionIsToldThatNothingWasChanged() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String old = container.config();
            for (String signal : List.of("INT", "TERM", "HUP")) {
                Command.Result ended = signalledAtQuestion(signal, "apply", container.name());
                assertThat(ended.exit()).as(signal + ended.err()).isGreaterThan(128);
                assertThat(ended.err()).as(signal).contains("interrupted; nothing was changed");
                assertThat(container.config()).isEqualTo(old);
            }
            Command.Result status = tool().run("status");
            assertThat(status.exit()).as(status.out() + status.err()).isZero();
        }
    }

    @Test
    void theSameCommandAgainFinishesWhatASignalEnded() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String old = container.config();
            String edited = old + "lxc.cap.drop = sys_module sys_rawio\n";
            for (String step : STEPS) {
                String signal = step.equals("writing") ? "TERM" : "INT";
                Command.Result ended = signalled(signal, step, "apply", container.name(), "--yes");
                assertThat(ended.exit()).as(step).isEqualTo(DEADLY.get(signal));
                assertThat(container.config()).as(step).isIn(old, edited);
                Command.Result status = tool().run("status");
                assertThat(status.out() + status.err()).as(step).contains("capdrop apply");
                assertThat(tool().run("apply", container.name(), "--yes").exit()).isZero();
                assertThat(container.config()).isEqualTo(edited);
                assertThat(container.settled()).isEqualTo("running");
                assertThat(tool().run("undo", container.name(), "--yes").exit()).isZero();
                assertThat(container.config()).isEqualTo(old);
            }
        }
    }

    @Test
    void withTooFewDescriptorsAnApplyLosesNothing() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String old = container.config();
            String edited = old + "lxc.cap.drop = sys_module sys_rawio\n";
            for (int most : List.of(12, 24, 32, 40, 60)) {
                Command.Result result = withDescriptors(most, "apply", container.name(), "--yes");
                String said = most + " descriptors: " + result.out() + result.err();
                assertThat(result.err()).as(said).doesNotContain("Exception", "mistake in capdrop");
                assertThat(container.config()).as(said).isIn(old, edited);
                assertThat(result.exit() == 0 || !result.err().isBlank()).as(said).isTrue();
                assertThat(result.out()).as(said).doesNotContain("worse");
                Command.Result again = tool().run("apply", container.name(), "--yes");
                assertThat(again.exit()).as(said + again.err()).isZero();
                assertThat(container.config()).as(said).isEqualTo(edited);
                assertThat(tool().run("undo", container.name(), "--yes").exit()).isZero();
            }
        }
    }

    private Tool tool() {
        return Tool.of(bench, state);
    }

    /// Runs a command on a terminal, and sends it a signal when it asks.
    private Command.Result signalledAtQuestion(String signal, String... arguments)
            throws IOException {
        return shell(
                """
                set -m; mkfifo "$ERR.in"; exec 7<>"$ERR.in"
                script -qec "echo \\$\\$ >$ERR.pid; exec $(printf '%q ' "$@")" /dev/null <&7 >"$ERR" & pid=$!
                for i in $(seq 1200); do grep -q y/N "$ERR" && break; sleep 0.05; done
                kill -"$SIGNAL" "$(cat "$ERR.pid")"; wait $pid; status=$?
                rm "$ERR.in" "$ERR.pid"; cat "$ERR" >&2; exit $status
                """,
                Map.of("SIGNAL", signal), arguments);
    }

    /// Runs a command and sends it a signal as soon as it has said this. A shell without job
    /// control would have it ignore SIGINT.
    private Command.Result signalled(String signal, String said, String... arguments)
            throws IOException {
        return shell(
                """
                set -m
                "$@" 2>"$ERR" & pid=$!
                for i in $(seq 1200); do grep -q "$SAID" "$ERR" && break; sleep 0.05; done
                kill -"$SIGNAL" $pid; wait $pid; status=$?
                cat "$ERR" >&2; exit $status
                """,
                Map.of("SIGNAL", signal, "SAID", said),
                arguments);
    }

    private Command.Result withDescriptors(int most, String... arguments) throws IOException {
        return shell(
                "ulimit -n \"$MOST\" && exec \"$@\"",
                Map.of("MOST", Integer.toString(most)),
                arguments);
    }

    private Command.Result shell(String script, Map<String, String> with, String... arguments)
            throws IOException {
        Path err = Files.createTempFile("lab", ".said");
        try {
            List<String> line = new ArrayList<>(List.of("bash", "-c", script, "bash"));
            line.addAll(tool().command(arguments).line());
            Command command = Command.of(line.toArray(String[]::new)).with("ERR", err.toString());
            for (Map.Entry<String, String> one : with.entrySet()) {
                command = command.with(one.getKey(), one.getValue());
            }
            return command.within(Duration.ofMinutes(5)).run();
        } finally {
            Files.delete(err);
        }
    }
}
