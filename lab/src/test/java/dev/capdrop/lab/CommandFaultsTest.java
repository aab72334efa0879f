package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command itself on a running container, killed at a system call by which it changes a file:
/// the configuration is whole, `status` tells the truth and names a command, and the next command
/// recovers.
@NeedsContainers
final class CommandFaultsTest {
    /// `-Dcapdrop.faults=all` kills it at every call: `bench/faults`.
    private static final boolean ALL = System.getProperty("capdrop.faults", "").equals("all");

    private static final int SAMPLES = 4;

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private Tool tool;

    @BeforeEach
    void open() {
        assumeTrue(TracedCommand.installed(), "strace is not installed");
        tool = Tool.of(bench, temp.resolve("state"));
    }

    @Test
    void killedAtACallTheCommandLeavesAWholeConfigurationAndTheNextRecovers() throws IOException {
        try (LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            String old = container.config();
            List<TracedCommand.Call> calls = tried(container);
            assertThat(tool.run("undo", container.name(), "--yes").exit()).isZero();
            int hit = 0;
            for (TracedCommand.Call call : calls) {
                Command.Result killed = apply(container).killedAt(call);
                hit += killed.exit() == 128 + 9 ? 1 : 0;
                assertRecovers(container, old, call.text());
            }
            System.err.println(
                    "lab: apply was killed at " + hit + " of " + calls.size() + " calls");
            assertThat(hit).isGreaterThan(calls.size() / 2);
        }
    }

    private List<TracedCommand.Call> tried(LabContainer container) throws IOException {
        List<TracedCommand.Call> calls =
                apply(container)
                        .calls(
                                List.of(
                                        temp.toString(),
                                        bench.lxcPath().resolve(container.name()).toString(),
                                        "/run/lxc/lock"));
        assertThat(calls).hasSizeGreaterThan(30);
        List<TracedCommand.Call> some = new ArrayList<>();
        int step = ALL ? 1 : calls.size() / SAMPLES;
        for (int i = step / 2; i < calls.size(); i += step) {
            some.add(calls.get(i));
        }
        return some;
    }

    private TracedCommand apply(LabContainer container) throws IOException {
        return new TracedCommand(
                tool.command("apply", container.name(), "--yes"),
                Files.createTempFile(temp, "strace", ".out"));
    }

    private void assertRecovers(LabContainer container, String old, String what)
            throws IOException {
        String changed = old + "lxc.cap.drop = sys_rawio\n";
        String left = container.config();
        assertThat(left).as(what).isIn(old, changed);
        Command.Result status = tool.run("status", container.name());
        assertThat(status.exit()).as(what + ": " + status).isBetween(0, 1);
        boolean named = status.out().contains("capdrop apply " + "lxc:" + container.name());
        assertThat(named).as(what + ": " + status).isEqualTo(status.exit() == 1);
        Command.Result next = tool.run("apply", container.name(), "--yes");
        assertThat(next.exit()).as(what + ": " + next).isZero();
        assertThat(container.config()).as(what).isEqualTo(changed);
        assertThat(container.settled()).as(what).isEqualTo("running");
        assertThat(tool.run("status", container.name()).exit()).as(what).isZero();
        Command.Result undone = tool.run("undo", container.name(), "--yes");
        assertThat(undone.exit()).as(what + ": " + undone).isZero();
        assertThat(container.config()).as(what).isEqualTo(old);
        assertThat(leftOver(container)).as(what).isEmpty();
    }

    private List<String> leftOver(LabContainer container) {
        return Command.of(
                        "find",
                        temp.resolve("state").toString(),
                        bench.lxcPath().resolve(container.name()).toString(),
                        "-maxdepth",
                        "3",
                        "-name",
                        "*.capdrop-tmp")
                .runOrFail()
                .lines()
                .toList();
    }
}
