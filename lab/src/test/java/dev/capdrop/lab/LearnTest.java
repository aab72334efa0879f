package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command `capdrop learn`: what it shows, and what it refuses. What it says of which workload
/// is in [LearnCorpusTest].
@NeedsContainers
class LearnTest {

    @TempDir Path state;

    /// Skips a test where this kernel does not report what it watches.
    @BeforeAll
    static void requireTracepoint() {
        CheckReports.assume();
    }

    @Test
    void theCommandShowsWhatItSees() throws IOException {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Command.Result result = tool().run("learn", container.name(), "--for", "2s");
            assertThat(result.exit()).isZero();
            assertThat(result.out())
                    .startsWith("lxc:" + container.name() + " used ")
                    .contains("of the 41 capabilities that it holds, watched for 2 s.")
                    .contains("no check was lost")
                    .contains("Not seen is not unused");
            Command.Result without =
                    tool().runUnder(
                                    List.of("setpriv", "--bounding-set", "-sys_ptrace"),
                                    "learn",
                                    container.name());
            assertThat(without.exit()).isEqualTo(2);
            assertThat(without.err())
                    .startsWith(
                            "capdrop: nobody can tell whether '" + container.name() + "' runs: ")
                    .contains("CAP_SYS_PTRACE")
                    .doesNotContain("start it");
        }
    }

    /// Nobody could say so before it was watched.
    @Test
    void aPrivilegedContainerThatWasSeenToNeedNothingOfTheHostsIsRemarkedOn() throws IOException {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.PRIVILEGED)) {
            container.boot();
            String before = tool().run("check", container.name()).out();
            assertThat(before).doesNotContain("remark");
            Command.Result learnt = tool().run("learn", container.name(), "--boot", "--yes");
            assertThat(learnt.exit()).as(learnt.toString()).isZero();
            Command.Result after = tool().run("check", container.name());
            assertThat(after.exit()).isZero();
            assertThat(after.out())
                    .startsWith(before)
                    .contains("remark: ", "config: no lxc.idmap", "its root is the host's root");
            container.setConfig(container.config() + "lxc.mount.entry = /srv srv none bind 0 0\n");
            assertThat(tool().run("check", container.name()).out()).doesNotContain("remark");
        }
    }

    @Test
    void onATerminalATableShowsItMeanwhileAndTheSummaryFollows() throws IOException {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            Command.Result result =
                    tool().runOnTerminal("", "learn", container.name(), "--for", "4s");
            assertThat(result.exit()).as(result.toString()).isZero();
            String out = result.out();
            String first = "\u001b[?1049l";
            assertThat(out).contains("\u001b[?1049h").containsOnlyOnce(first);
            assertThat(out.substring(0, out.indexOf(first)))
                    .containsPattern("capabilities in \\d+ s of 4 s");
            assertThat(out.substring(out.indexOf(first)))
                    .containsPattern("watched for \\d+ s\\.")
                    .contains("no check was lost");
            assertThat(
                            tool().runOnTerminal(
                                            "", "learn", container.name(), "--for", "1s", "--plain")
                                    .out())
                    .doesNotContain("\u001b[?1049h");
            assertInterruptionEndsTheTable(container);
            assertAStoppedTerminalDoesNotStopTheWatch(container);
        }
    }

    /// By ^S; ^C starts it again.
    private void assertAStoppedTerminalDoesNotStopTheWatch(LabContainer container)
            throws IOException {
        Command.Result result =
                tool().stoppedOnTerminal(
                                "capabilities in",
                                state + "/learned/*",
                                "learn",
                                container.name(),
                                "--for",
                                "10m");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.err()).contains("first change", "second change");
        assertThat(result.out()).contains("It was ended before the time was over.");
    }

    private void assertInterruptionEndsTheTable(LabContainer container) throws IOException {
        Command.Result result =
                tool().interruptedOnTerminal(
                                "; ^C ends it", "learn", container.name(), "--for", "10m");
        assertThat(result.exit()).as(result.toString()).isZero();
        String first = "\u001b[?7h\u001b[?25h\u001b[?1049l";
        assertThat(result.out()).containsOnlyOnce(first);
        assertThat(result.out().substring(result.out().indexOf(first)))
                .contains("It was ended before the time was over.");
    }

    @Test
    void aContainerThatDoesNotRunIsRefusedInOneSentence() throws IOException {
        try (LabContainer stopped = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            Command.Result result = tool().run("learn", stopped.name());
            assertThat(result.exit()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .isEqualTo(
                            "capdrop: '"
                                    + stopped.name()
                                    + "' does not run, so there is nothing to watch; start it\n");
        }
    }

    private Tool tool() {
        return Tool.of(Bench.shared(), state);
    }
}
