package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.lab.Strace.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// One command of capdrop on a container that runs, of which one system call fails, or is the last.
///
/// How many files a command opens before it changes one hangs on how many processes the machine
/// has, so that no number tells a call from the first one on. What comes between a mkdir(2), which
/// each change of a file begins with, and the calls behind it is the same each time: the process is
/// stopped at the one, and the fault is put to the other from there.
final class FaultyCommand {
    private final Tool tool;
    private final Path folder;
    private final List<String> paths;
    private final Path library;

    /// How one call is disturbed.
    ///
    /// @param call which
    /// @param how `signal=KILL`, or `error=` and its name
    record Fault(Call call, String how) {
        boolean kills() {
            return how.startsWith("signal");
        }

        @Override
        public String toString() {
            return how + " at " + call.text();
        }

        private String injection() {
            return "%s:%s:when=%d".formatted(call.name(), how, call.number());
        }

        /// Whether it came where it was meant to.
        private boolean hit(List<Call> calls) {
            return kills()
                    ? !calls.isEmpty()
                            && calls.getLast().form().equals(call.form())
                            && calls.getLast().unfinished()
                    : calls.stream().anyMatch(c -> c.injected() && c.form().equals(call.form()));
        }
    }

    /// @param folder for what strace writes
    /// @param paths of files that count, or of folders above them
    FaultyCommand(Tool tool, Path folder, List<String> paths) throws IOException {
        this.tool = tool;
        this.folder = folder;
        this.paths = List.copyOf(paths);
        this.library = HeldProgram.library(folder);
    }

    /// The calls of a command that nothing disturbs.
    List<Call> calls(String... command) throws IOException {
        try (HeldProgram victim = HeldProgram.start(tool.command(command), library)) {
            Strace strace = Strace.attach(victim.pid(), folder, "");
            try (strace) {
                victim.go();
                Command.Result result = victim.end();
                assertThat(result.exit()).as(result.toString()).isZero();
            }
            return strace.calls(paths);
        }
    }

    /// Runs the command with this fault.
    Command.Result run(Fault fault, String... command) throws IOException {
        Call call = fault.call();
        try (HeldProgram victim = HeldProgram.start(tool.command(command), library)) {
            if (!call.isMkdir()) {
                Strace.stopAtMkdir(victim.pid(), folder, call.mkdirs(), victim::go);
            }
            Strace strace = Strace.attach(victim.pid(), folder, fault.injection());
            victim.go();
            strace.closeAfterFault();
            Command.Result result = victim.end();
            List<Call> calls = strace.calls(paths);
            assertThat(fault.hit(calls))
                    .as(
                            fault
                                    + " came elsewhere, the command answered "
                                    + result
                                    + " after "
                                    + calls)
                    .isTrue();
            return result;
        }
    }
}
