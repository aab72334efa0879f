package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.lab.FaultyCommand.Fault;
import dev.capdrop.lab.Strace.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The commands themselves on a running container, killed at a system call by which they change a
/// file, or with an error in its place: the configuration is whole, `status` tells the truth and
/// names a command, and the next command recovers.
@NeedsContainers
final class CommandFaultsTest {
    /// `-Dcapdrop.faults=all` takes every call, and lets each fail in every way: `bench/faults`.
    private static final boolean ALL = System.getProperty("capdrop.faults", "").equals("all");

    private static final List<String> FAULTS =
            List.of("signal=KILL", "error=EIO", "error=ENOSPC", "error=EACCES", "error=EFBIG");

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private Tool tool;

    @BeforeEach
    void open() {
        assumeTrue(Strace.installed(), "strace is not installed");
        assumeTrue(
                Program.isNative(),
                "a JVM opens files of its own at any time, so that no call can be told by its number");
        tool = Tool.of(bench, temp.resolve("state"));
    }

    /// Which command is disturbed.
    enum Verb {
        APPLY,
        UNDO;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverCallFailsOrIsTheLastTheConfigurationIsWholeAndTheNextCommandRecovers(Verb verb)
            throws IOException {
        try (LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED)) {
            SmallBoot.of(container);
            assertThat(container.boot()).isEqualTo("degraded");
            new Rounds(container, verb).run();
        }
    }

    /// The rounds of one command on one container, each of which begins and ends with the old
    /// configuration in force.
    private final class Rounds {
        private final LabContainer container;
        private final Verb verb;
        private final String old;
        private final String changed;
        private final FaultyCommand faulty;
        private int said;

        Rounds(LabContainer container, Verb verb) throws IOException {
            this.container = container;
            this.verb = verb;
            this.old = container.config();
            this.changed = old + "lxc.cap.drop = sys_rawio\n";
            this.faulty =
                    new FaultyCommand(
                            tool,
                            temp,
                            List.of(
                                    tool.stateDir().toString(),
                                    home().toString(),
                                    "/run/lxc/lock"));
        }

        void run() throws IOException {
            // the first makes folders that the others find
            begin();
            assertRuns(verb.word(), "at first");
            end("nothing");
            begin();
            List<Call> calls = faulty.calls(verb.word(), container.name(), "--yes");
            assertThat(calls).hasSizeGreaterThan(30);
            end("nothing");
            for (String how : FAULTS) {
                List<Call> tried = ALL ? calls : List.of(sample(calls, FAULTS.indexOf(how)));
                said = 0;
                for (Call call : tried) {
                    round(new Fault(call, how));
                }
                System.err.println(
                        "lab: %s: %s at %d of %d calls; it ended with a sentence at %d"
                                .formatted(verb.word(), how, tried.size(), calls.size(), said));
            }
        }

        private static Call sample(List<Call> calls, int which) {
            return calls.get((2 * which + 1) * calls.size() / (2 * FAULTS.size()));
        }

        private void round(Fault fault) throws IOException {
            begin();
            String begun = state();
            Command.Result result = faulty.run(fault, verb.word(), container.name(), "--yes");
            String what = fault + ", answered " + result;
            if (fault.kills()) {
                assertThat(result.exit()).as(what).isEqualTo(128 + 9);
            } else {
                assertSaid(fault, result, what);
            }
            boolean settled = assertWhole(what);
            if (!settled || !state().equals(begun) || !leftOver().isEmpty()) {
                end(what);
            }
        }

        /// What went wrong is said in sentences, and nothing is left beside a file that could have
        /// been removed.
        private void assertSaid(Fault fault, Command.Result result, String what)
                throws IOException {
            assertThat(result.exit()).as(what).isBetween(0, 2);
            assertThat(result.err()).as(what).doesNotContain("Exception", "null");
            assertThat(result.err().lines())
                    .as(what)
                    .allMatch(line -> line.startsWith("capdrop: "));
            said += result.exit() == 0 ? 0 : 1;
            if (!fault.call().name().startsWith("unlink")) {
                assertThat(leftOver()).as(what).isEmpty();
            }
        }

        private void begin() throws IOException {
            if (verb == Verb.UNDO && !container.config().equals(changed)) {
                assertRuns("apply", "before an undo");
            }
        }

        /// What a change changes.
        private String state() throws IOException {
            return container.initPid() + "\n" + container.config();
        }

        /// The file is the old one or the new one, and `status` says so.
        ///
        /// @return whether it says that nothing is under way
        private boolean assertWhole(String what) throws IOException {
            assertThat(container.config()).as(what).isIn(old, changed);
            Command.Result status = tool.run("status", container.name());
            assertThat(status.exit()).as(what + ": " + status).isBetween(0, 1);
            String command = "capdrop " + verb.word() + " lxc:" + container.name();
            assertThat(status.out().contains(command))
                    .as(what + ": " + status)
                    .isEqualTo(status.exit() == 1);
            return status.exit() == 0;
        }

        /// The command once more ends what was begun, and what comes after it takes all back.
        private void end(String what) throws IOException {
            if (verb == Verb.APPLY) {
                assertRuns("apply", what);
                assertThat(container.config()).as(what).isEqualTo(changed);
                assertThat(container.settled()).as(what).isEqualTo("running");
                assertThat(tool.run("status", container.name()).exit()).as(what).isZero();
            }
            assertRuns("undo", what);
            assertThat(container.config()).as(what).isEqualTo(old);
            assertThat(container.settled()).as(what).isEqualTo("degraded");
            assertThat(tool.run("status", container.name()).exit()).as(what).isZero();
            assertThat(leftOver()).as(what).isEmpty();
        }

        private void assertRuns(String command, String what) throws IOException {
            Command.Result result = tool.run(command, container.name(), "--yes", "--timeout", "5m");
            assertThat(result.exit()).as(what + ": " + result).isZero();
        }

        private Path home() {
            return bench.lxcPath().resolve(container.name());
        }

        private List<Path> leftOver() throws IOException {
            try (Stream<Path> journal = Files.walk(tool.stateDir());
                    Stream<Path> config = Files.list(home())) {
                return Stream.concat(journal, config)
                        .filter(file -> file.toString().endsWith(".capdrop-tmp"))
                        .toList();
            }
        }
    }
}
