package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `apply --live` refuses of real containers: nothing is written, and PID 1 is not touched.
@NeedsContainers
final class LiveRefusalsTest {
    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    private void refused(LabContainer container, String why, String... more) throws IOException {
        String config = container.config();
        long init = container.initPid();
        Command.Result apply = live(container, more);
        assertThat(apply.exit()).as(apply.toString()).isEqualTo(1);
        assertThat(apply.err().replaceAll("\\s+", " ")).contains(why);
        assertThat(container.config()).isEqualTo(config);
        assertThat(container.initPid()).isEqualTo(init);
    }

    private Command.Result live(LabContainer container, String... more) {
        List<String> words = new ArrayList<>(List.of("apply", container.name(), "--live", "--yes"));
        words.addAll(List.of(more));
        return Tool.of(bench, state).run(words.toArray(String[]::new));
    }

    @Test
    void oneThatIsFrozen() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String path = bench.lxcPath().toString();
            Command.of("lxc-freeze", "-P", path, "-n", container.name()).runOrFail();
            try {
                refused(
                        container,
                        "the container is frozen and answers nothing",
                        "--goal",
                        "none",
                        "--drop",
                        "sys_rawio");
            } finally {
                Command.of("lxc-unfreeze", "-P", path, "-n", container.name()).runOrFail();
            }
        }
    }

    @Test
    void oneWhosePid1MayNotDrop() throws IOException {
        try (LabContainer container =
                SmallBoot.make(
                        bench, Suite.TRIXIE, Privilege.UNPRIVILEGED, "lxc.cap.drop = setpcap")) {
            container.boot();
            refused(container, "refused: PID 1 is without CAP_SETPCAP");
        }
    }

    @Test
    void oneWhosePid1IsNotSystemd() throws IOException {
        try (LabContainer container =
                bench.make(
                        Suite.TRIXIE,
                        Privilege.UNPRIVILEGED,
                        "lxc.init.cmd = /bin/sleep infinity")) {
            container.start();
            refused(
                    container,
                    "refused: its systemd could not be read, so that nobody could say what came of it: PID 1 is '/usr/bin/sleep', not systemd",
                    "--goal",
                    "none",
                    "--drop",
                    "sys_rawio");
        }
    }

    /// A conflict of the plan holds as ever; whoever accepts it is told of it in the question.
    @Test
    void whatARunningServiceNeeds() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.PRIVILEGED)) {
            container.writeService(
                    "clock.service",
                    List.of("ConditionCapability=CAP_SYS_NICE"),
                    "ExecStart=/bin/sleep infinity");
            container.enableOnDisk("clock.service");
            container.boot();
            String[] drop = {"--goal", "none", "--drop", "sys_nice", "--live-honoured"};
            refused(container, "clock.service", drop);
            Command.Result asked =
                    Tool.of(bench, state)
                            .runOnTerminal(
                                    "n\n",
                                    "apply",
                                    container.name(),
                                    "--live",
                                    "--goal",
                                    "none",
                                    "--drop",
                                    "sys_nice",
                                    "--live-honoured",
                                    "--allow-skip",
                                    "clock.service");
            assertThat(asked.out().replaceAll("\\s+", " "))
                    .contains("Not as now once started anew: clock.service")
                    .contains("It cannot be taken back without a restart. Go on?")
                    .contains("nothing was changed");
            String plain =
                    asked.out().replaceAll("\u001b\\[[0-9;]*m", "").replace("[y/N] ", "[y/N]\n");
            assertThat(plain.lines().map(String::stripTrailing))
                    .as("on a terminal of 80 columns")
                    .allMatch(line -> line.length() <= 80);
        }
    }

    @Test
    void anInterruptionInTheStepStopsNothingAndTheNextCommandFinishes() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            long init = container.initPid();
            String[] apply = {"apply", container.name(), "--live", "--yes"};
            Tool tool = Tool.of(bench, state);
            Command.Result interrupted = tool.signalledAt("TERM", "taking ", apply);
            assertThat(interrupted.exit()).as(interrupted.toString()).isEqualTo(143);
            assertThat(interrupted.err().replaceAll("\\s+", " "))
                    .contains("a live step was interrupted", "(the container runs)");
            assertThat(tool.run(apply).exit()).isZero();
            assertThat(container.settled()).isEqualTo("running");
            assertThat(container.initPid()).isEqualTo(init);
        }
    }
}
