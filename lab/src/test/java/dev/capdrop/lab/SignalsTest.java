package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signals, a terminal that goes away and want of descriptors in every phase of a change: the
/// configuration is whole, it is said what is left, and the next command brings it to its end.
@NeedsContainers
final class SignalsTest {
    private static final Map<String, Integer> ENDS = Map.of("INT", 130, "TERM", 143, "HUP", 129);

    /// Waits until a process has said something, without a program started for each look.
    private static final String UNTIL_SAID =
            """
            exec 9<> <(:)
            for ((i = 0; i < 15000; i++)); do
                mapfile said <"$ERR"; [[ ${said[*]} != *$SAID* ]] || break
                read -rt 0.02 -u 9
            done
            """;

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private Tool tool;

    @BeforeEach
    void open() throws IOException {
        tool = Tool.of(bench, temp.resolve("state"));
    }

    @Test
    void whatInterruptsTheReadingOrTheQuestionChangesNothing() throws IOException {
        try (LabContainer container = boot()) {
            String old = container.config();
            for (String signal : List.of("INT", "TERM", "HUP")) {
                Command.Result ended = signalledAtQuestion(signal, "apply", container.name());
                assertThat(ended.exit()).as(signal + ended.err()).isGreaterThan(128);
                assertThat(ended.err()).as(signal).contains("interrupted; nothing was changed");
                assertThat(container.config()).isEqualTo(old);
            }
            String init = Long.toString(container.initPid());
            Command.of("kill", "-STOP", init).runOrFail();
            try {
                for (String signal : List.of("INT", "TERM", "HUP")) {
                    Command.Result ended = signalledWhileReading(signal, container);
                    assertThat(ended.exit()).as(ended.toString()).isEqualTo(ENDS.get(signal));
                    assertThat(ended.err()).doesNotContain("Exception");
                    assertThat(container.config()).isEqualTo(old);
                }
            } finally {
                Command.of("kill", "-CONT", init).runOrFail();
            }
            Command.Result status = tool.run("status");
            assertThat(status.exit()).as(status.toString()).isZero();
        }
    }

    /// UnfinishedChangesTest has the same command finish what was killed at each of these steps.
    @Test
    void theSameCommandAgainFinishesWhatASignalEndedAndSoDoesUndo() throws IOException {
        try (LabContainer container = bootSlowly()) {
            String old = container.config();
            for (String step : List.of("writing", "shutting", "starting", "waiting until")) {
                String signal = step.startsWith("w") ? "TERM" : "INT";
                ends(container, signal, step, "apply", List.of(old, edited(old)));
                if (step.equals("shutting")) {
                    assertRuns(container, "apply", edited(old));
                    assertThat(container.settled()).isEqualTo("running");
                    ends(container, "INT", step, "undo", List.of(old, edited(old)));
                }
                assertRuns(container, "undo", old);
            }
        }
    }

    @Test
    void aRollbackThatASignalEndedIsFinishedByTheNextCommand() throws IOException {
        try (LabContainer container = boot("raw.service")) {
            String old = container.config();
            Map<String, String> steps =
                    Map.of(
                            "starting it again", "INT",
                            "got worse*shutting", "TERM",
                            "got worse*waiting until", "INT");
            for (Map.Entry<String, String> one : steps.entrySet()) {
                String step = one.getKey();
                ends(container, one.getValue(), step, "apply", List.of(old, edited(old)));
                Command.Result again =
                        tool.run("apply", container.name(), "--yes", "--timeout", "5m");
                assertThat(again.exit()).as(step + again).isEqualTo(1);
                assertThat(again.out()).as(step).contains("the old configuration is back");
                assertThat(container.config()).as(step).isEqualTo(old);
                assertThat(container.settled()).as(step).isEqualTo("degraded");
                assertThat(tool.run("status", container.name()).exit()).as(step).isZero();
            }
        }
    }

    @Test
    void aTerminalThatGoesAwayStopsNoChange() throws IOException {
        try (LabContainer container = boot()) {
            String old = container.config();
            for (String step : List.of("writing", "waiting until")) {
                withoutTerminalFrom(step, "apply", container.name(), "--yes", "--timeout", "5m");
                assertThat(container.config()).as(step).isEqualTo(edited(old));
                assertThat(container.settled()).as(step).isEqualTo("running");
                assertThat(tool.run("status", container.name()).exit()).as(step).isZero();
                withoutTerminalFrom(
                        "shutting", "undo", container.name(), "--yes", "--timeout", "5m");
                assertThat(container.config()).as(step).isEqualTo(old);
                assertThat(tool.run("status", container.name()).exit()).as(step).isZero();
            }
        }
    }

    @Test
    void withTooFewDescriptorsAnApplyIsNotBegunAndNoStackTraceIsShown() throws IOException {
        try (LabContainer container = boot()) {
            String old = container.config();
            for (int most = 11; most < 44; most += 2) {
                Command.Result check = withDescriptors(most, "check", container.name());
                String said = most + " descriptors: " + check;
                assertThat(check.err() + check.out()).as(said).doesNotContain("Exception");
                assertThat(check.exit()).as(said).isPositive();
            }
            for (int most : List.of(12, 24, 40, 60)) {
                Command.Result result = withDescriptors(most, "apply", container.name(), "--yes");
                String said = most + " descriptors: " + result;
                assertThat(result.err()).as(said).doesNotContain("Exception", "mistake in capdrop");
                assertThat(container.config()).as(said).isEqualTo(old);
                assertThat(result.exit()).as(said).isPositive();
                assertThat(result.err()).as(said).isNotBlank();
                assertThat(result.out()).as(said).doesNotContain("worse");
            }
            assertRuns(container, "apply", edited(old));
        }
    }

    @Test
    void anApplyThatRunsOutOfDescriptorsIsFinishedByTheNext() throws IOException {
        try (LabContainer container = boot()) {
            String old = container.config();
            for (String step : List.of("writing", "shutting", "starting", "waiting until")) {
                Command.Result out = outOfDescriptorsFrom(step, "apply", container.name(), "--yes");
                String said = step + ": " + out;
                assertThat(out.exit()).as(said).isBetween(1, 2);
                assertThat(out.err()).as(said).doesNotContain("Exception", "mistake in capdrop");
                assertThat(out.out()).as(said).doesNotContain("worse");
                assertThat(container.config()).as(said).isIn(old, edited(old));
                assertRuns(container, "apply", edited(old));
                assertThat(container.settled()).as(said).isEqualTo("running");
                assertRuns(container, "undo", old);
            }
        }
    }

    /// As below nohup.
    @Test
    void whatIgnoresAHangUpFromItsStartReadsToItsEnd() throws IOException {
        try (LabContainer container = boot()) {
            String init = Long.toString(container.initPid());
            Command.of("kill", "-STOP", init).runOrFail();
            Command.Result check =
                    shell(
                            """
                            trap '' HUP
                            "$@" 2>"$ERR" & pid=$!
                            until grep -qx "helper 0" /proc/$pid/task/*/comm; do sleep 0.05; done
                            kill -HUP $pid; kill -CONT "$INIT"; wait $pid
                            """,
                            Map.of("INIT", init),
                            "check",
                            container.name());
            assertThat(check.exit()).as(check.toString()).isEqualTo(1);
            assertThat(check.out()).contains("degraded");
        }
    }

    private static String edited(String old) {
        return old + "lxc.cap.drop = sys_rawio\n";
    }

    /// A container in which a drop of sys_rawio heals what fails.
    ///
    /// @param services what it starts besides, which needs that capability, as no forecast can know
    private LabContainer boot(String... services) throws IOException {
        LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED);
        for (String service : services) {
            container.writeService(
                    service,
                    List.of("DefaultDependencies=no"),
                    "ExecStart=/bin/sh -c 'capsh --has-b=cap_sys_rawio && exec sleep infinity'");
        }
        SmallBoot.of(container, services);
        assertThat(container.boot()).isEqualTo("degraded");
        return container;
    }

    /// The same with a start and a shutdown of two seconds each: time enough for a signal.
    private LabContainer bootSlowly() throws IOException {
        LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED);
        container.writeService(
                "slow.service",
                List.of(
                        "DefaultDependencies=no",
                        "Conflicts=shutdown.target",
                        "Before=shutdown.target"),
                "Type=oneshot",
                "RemainAfterExit=yes",
                "ExecStart=/bin/sleep 2",
                "ExecStop=/bin/sleep 2");
        SmallBoot.of(container, "slow.service");
        assertThat(container.boot()).isEqualTo("degraded");
        return container;
    }

    /// A signal ends a command at a step, and it is said what goes on from there.
    private void ends(
            LabContainer container, String signal, String step, String verb, List<String> whole)
            throws IOException {
        Command.Result ended = signalled(signal, step, verb, container.name(), "--yes");
        String said = verb + " at " + step + ": " + ended;
        assertThat(ended.exit()).as(said).isEqualTo(ENDS.get(signal));
        assertThat(container.config()).as(said).isIn(whole);
        Command.Result status = tool.run("status", container.name());
        assertThat(status.out()).as(said).contains("capdrop " + verb + " lxc:");
    }

    private void assertRuns(LabContainer container, String command, String config)
            throws IOException {
        Command.Result result = tool.run(command, container.name(), "--yes", "--timeout", "5m");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(container.config()).isEqualTo(config);
    }

    /// Runs a command on a terminal, and sends it a signal when it asks.
    private Command.Result signalledAtQuestion(String signal, String... arguments)
            throws IOException {
        return shell(
                """
                set -m; mkfifo "$ERR.in"; exec 7<>"$ERR.in"
                script -qec "echo \\$\\$ >$ERR.pid; exec $(printf '%q ' "$@")" /dev/null <&7 >"$ERR" & pid=$!
                """
                        + UNTIL_SAID
                        + """
                        kill -"$SIGNAL" "$(cat "$ERR.pid")"; wait $pid; status=$?
                        rm "$ERR.in" "$ERR.pid"; cat "$ERR" >&2; exit $status
                        """,
                Map.of("SIGNAL", signal, "SAID", "y/N"),
                arguments);
    }

    /// Runs a command on a terminal that goes away as soon as this is said, and waits for its end.
    private void withoutTerminalFrom(String said, String... arguments) throws IOException {
        shell(
                """
                mkfifo "$ERR.in"; exec 7<>"$ERR.in"
                script -qec "echo \\$\\$ >$ERR.pid; exec $(printf '%q ' "$@")" /dev/null <&7 >"$ERR" & pid=$!
                """
                        + UNTIL_SAID
                        + """
                        kill -KILL $pid
                        while [[ $(cat /proc/$(cat "$ERR.pid")/comm 2>&1) =~ ^(java|capdrop)$ ]]; do sleep 0.05; done
                        rm "$ERR.in" "$ERR.pid"
                        """,
                Map.of("SAID", said),
                arguments);
    }

    /// Sends an apply a signal while the container gives no answer. A shell without job control
    /// would have it ignore SIGINT.
    private Command.Result signalledWhileReading(String signal, LabContainer container)
            throws IOException {
        return shell(
                """
                set -m
                "$@" 2>"$ERR" & pid=$!
                until grep -qx "helper 0" /proc/$pid/task/*/comm; do sleep 0.05; done
                kill -"$SIGNAL" $pid; wait $pid; status=$?
                cat "$ERR" >&2; exit $status
                """,
                Map.of("SIGNAL", signal),
                "apply",
                container.name(),
                "--yes");
    }

    /// Runs a command and sends it a signal as soon as it has said this.
    private Command.Result signalled(String signal, String said, String... arguments)
            throws IOException {
        return shell(
                "set -m\n\"$@\" 2>\"$ERR\" & pid=$!\n"
                        + UNTIL_SAID
                        + """
                        kill -"$SIGNAL" $pid; wait $pid; status=$?
                        cat "$ERR" >&2; exit $status
                        """,
                Map.of("SIGNAL", signal, "SAID", said),
                arguments);
    }

    /// Runs a command that can open nothing more as soon as it has said this.
    private Command.Result outOfDescriptorsFrom(String said, String... arguments)
            throws IOException {
        return shell(
                "\"$@\" 2>\"$ERR\" & pid=$!\n"
                        + UNTIL_SAID
                        + """
                        prlimit --pid $pid --nofile=3:; wait $pid; status=$?
                        cat "$ERR" >&2; exit $status
                        """,
                Map.of("SAID", said),
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
        Path err = Files.createTempFile(temp, "lab", ".said");
        List<String> line = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        line.addAll(tool.command(arguments).line());
        Command command = Command.of(line.toArray(String[]::new)).with("ERR", err.toString());
        for (Map.Entry<String, String> one : with.entrySet()) {
            command = command.with(one.getKey(), one.getValue());
        }
        return command.within(Duration.ofMinutes(5)).run();
    }
}
