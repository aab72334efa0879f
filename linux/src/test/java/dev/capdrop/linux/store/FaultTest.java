package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.linux.store.Strace.Call;
import dev.capdrop.linux.store.TriedChange.Home;
import dev.capdrop.linux.store.TriedChange.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A change of which one system call fails, or is the last: at each of them in turn.
final class FaultTest {
    /// `-Dcapdrop.faults=all` takes every call, and lets each fail in every way: `bench/faults`.
    private static final boolean ALL = System.getProperty("capdrop.faults", "").equals("all");

    private static final List<String> ERRORS = List.of("EIO", "ENOSPC", "EACCES", "EFBIG");

    /// Between two of these nothing changes on the disk, so that a process killed there has left
    /// what one killed at the next of them leaves.
    private static final Set<String> CHANGING =
            Set.of(
                    "mkdir",
                    "rmdir",
                    "openat",
                    "write",
                    "pwrite64",
                    "copy_file_range",
                    "ftruncate",
                    "rename",
                    "renameat2",
                    "unlink",
                    "unlinkat",
                    "fsync",
                    "fchmod",
                    "fchown",
                    "fsetxattr",
                    "utimensat");

    private static final int TOO_MANY = 3;

    private static final Tried PRUNING = new Tried(Home.LXC, Verb.APPLY, 1);

    @TempDir private Path temp;
    private int made;

    /// One command for one home.
    ///
    /// @param step every how many of its calls are tried in a build: most of them are the journal's
    ///   in each of the commands
    record Tried(Home home, Verb verb, int step) {
        @Override
        public String toString() {
            return home + " " + verb;
        }
    }

    static List<Tried> commands() {
        return List.of(
                new Tried(Home.LXC, Verb.APPLY, 5),
                new Tried(Home.LXC, Verb.UNDO, 13),
                new Tried(Home.PROXMOX, Verb.APPLY, 10),
                new Tried(Home.PROXMOX, Verb.UNDO, 13),
                new Tried(Home.HOST, Verb.APPLY, 10),
                new Tried(Home.HOST, Verb.UNDO, 9));
    }

    private List<Call> tried(Tried tried) throws Exception {
        List<Call> calls = calls(tried).stream().filter(FaultTest::changes).toList();
        assertThat(calls).hasSizeGreaterThan(20);
        if (ALL) {
            return calls;
        }
        List<Call> some = new ArrayList<>();
        for (int i = 1; i < calls.size(); i += tried.step()) {
            some.add(calls.get(i));
        }
        return some;
    }

    @BeforeEach
    void needsStrace() {
        assumeTrue(Strace.installed(), "strace is not installed");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void killedAtAnyCallAChangeIsWholeAndTheNextCommandRecovers(Tried tried) throws Exception {
        List<Call> calls = tried(tried);
        for (Call call : calls) {
            TriedChange change = begun(tried);
            kill(tried, change, call);
            assertTruthful(tried, change, call.text());
            assertRecovers(tried, change, call.text());
        }
        System.err.println("linux: %s: killed at %d calls".formatted(tried, calls.size()));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void whateverCallFailsTheChangeSaysOneSentenceAndLosesNothing(Tried tried) throws Exception {
        List<Call> calls = tried(tried);
        int failed = 0;
        try (ChangeProgram program = ChangeProgram.start()) {
            for (int i = 0; i < calls.size(); i++) {
                List<String> errors = ALL ? ERRORS : List.of(ERRORS.get(i % ERRORS.size()));
                for (String error : errors) {
                    failed += fail(program, tried, calls.get(i), error) ? 1 : 0;
                }
            }
        }
        System.err.println(
                "linux: %s: of %d calls, %d errors were said"
                        .formatted(tried, calls.size(), failed));
        assertThat(failed).isGreaterThanOrEqualTo(calls.size() / 3);
    }

    /// Killed at each removal, and right behind each.
    @Test
    void aKilledPruningLeavesAJournalThatIsTrueAndTheNextChangeEndsIt() throws Exception {
        List<JournalEntry> old = new ArrayList<>();
        StoppedChange measured = withHistory(old);
        List<Call> removals;
        try (ChangeProgram program = ChangeProgram.start()) {
            warm(program, PRUNING);
            Strace strace = Strace.attach(program.pid(), temp);
            try (strace) {
                assertThat(program.carryOut(Verb.APPLY, measured)).isEqualTo("done");
            }
            removals =
                    strace.calls().stream()
                            .filter(call -> call.text().contains("/changes/"))
                            .filter(call -> call.name().equals("unlink"))
                            .filter(call -> call.text().contains(".json"))
                            .filter(call -> !call.text().contains(".capdrop-tmp"))
                            .toList();
        }
        assertThat(removals).hasSize(TOO_MANY);
        for (Call call : removals) {
            StoppedChange change = withHistory(old);
            kill(PRUNING, change, call);
            assertThat(change.entries().size()).isBetween(old.size() - TOO_MANY, old.size());
            assertRecovers(PRUNING, change, call.text());
            assertThat(change.entries()).hasSizeLessThanOrEqualTo(old.size() - TOO_MANY + 2);
        }
    }

    /// A container with more ended changes than the journal keeps.
    private StoppedChange withHistory(List<JournalEntry> old) throws IOException {
        StoppedChange change = new StoppedChange(Home.LXC, next());
        change.make();
        old.clear();
        old.addAll(change.history(20 + TOO_MANY));
        return change;
    }

    /// The calls of a command that nothing disturbs.
    private List<Call> calls(Tried tried) throws Exception {
        try (ChangeProgram program = ChangeProgram.start()) {
            warm(program, tried);
            TriedChange change = begun(tried);
            Strace strace = Strace.attach(program.pid(), temp);
            try (strace) {
                assertThat(program.carryOut(tried.verb(), change)).isEqualTo("done");
            }
            List<Call> calls = strace.calls();
            assertThat(calls).hasSizeGreaterThan(50);
            return calls;
        }
    }

    /// All folders are equally long and deep, so that a change in each takes the same calls.
    private Path next() {
        return temp.resolve("%05d".formatted(++made));
    }

    /// A change that the command is to make next, in a folder of its own.
    private TriedChange begun(Tried tried) throws IOException {
        TriedChange change = tried.home().in(next());
        change.make();
        if (tried.verb() == Verb.UNDO) {
            change.apply();
        }
        return change;
    }

    /// From now on the program loads no more classes for this command.
    private void warm(ChangeProgram program, Tried tried) throws IOException {
        assertThat(program.carryOut(tried.verb(), begun(tried))).isEqualTo("done");
    }

    private void kill(Tried tried, TriedChange change, Call call) throws Exception {
        try (ChangeProgram program = ChangeProgram.start()) {
            warm(program, tried);
            try (Strace _ = Strace.attach(program.pid(), temp, call.inject("signal=KILL"))) {
                assertThat(program.carryOut(tried.verb(), change)).as(call.text()).isNull();
                assertThat(program.exit()).as(call.text()).isEqualTo(128 + 9);
            }
        }
    }

    /// @return whether the command has failed of it
    private boolean fail(ChangeProgram program, Tried tried, Call call, String error)
            throws Exception {
        warm(program, tried);
        TriedChange change = begun(tried);
        String at = error + " at " + call.text();
        String answer;
        Strace strace = Strace.attach(program.pid(), temp, call.inject("error=" + error));
        try (strace) {
            answer = program.carryOut(tried.verb(), change);
        }
        assertThat(strace.injected()).as(at).hasSize(1);
        assertThat(answer)
                .as(at)
                .matches("done|failed: [^\n]*'[^\n]*")
                .doesNotContain("Exception", "null");
        boolean done = "done".equals(answer);
        String what = at + ", answered " + answer;
        assertTruthful(tried, change, what);
        if (done) {
            assertThat(change.content()).as(what).isEqualTo(aim(tried, change));
            assertThat(change.entries().getLast().phase()).as(what).isEqualTo(end(tried));
        }
        boolean removal = call.name().startsWith("unlink") || call.name().equals("rmdir");
        if (!removal) {
            assertThat(leftOver(change)).as(what).isEmpty();
        }
        assertRecovers(tried, change, what);
        return !done;
    }

    /// What the file holds when the command has done its work.
    private static String aim(Tried tried, TriedChange change) {
        return tried.verb() == Verb.APPLY ? change.after() : change.before();
    }

    /// What the journal says then.
    private static Phase end(Tried tried) {
        return tried.verb() == Verb.APPLY ? Phase.APPLIED : Phase.UNDONE;
    }

    /// The file is the old one or the new one, and the journal does not say otherwise.
    private static void assertTruthful(Tried tried, TriedChange change, String what)
            throws IOException {
        String config = change.content();
        List<JournalEntry> entries = change.entries();
        assertThat(config).as(what).isIn(change.before(), change.after());
        Phase last = entries.isEmpty() ? Phase.ABANDONED : entries.getLast().phase();
        Phase undo = change.home() == Home.HOST ? Phase.UNDOING : Phase.TAKING_BACK;
        Phase under = tried.verb() == Verb.APPLY ? Phase.WRITING : undo;
        Phase still = tried.verb() == Verb.APPLY ? Phase.ABANDONED : Phase.APPLIED;
        assertThat(last)
                .as(what)
                .isIn(under, config.equals(aim(tried, change)) ? end(tried) : still);
    }

    /// The command once more ends what was begun, and an undo brings all back.
    private static void assertRecovers(Tried tried, TriedChange change, String what)
            throws IOException {
        tried.verb().of(change);
        assertThat(change.content()).as(what).isEqualTo(aim(tried, change));
        assertThat(change.entries()).as(what).allMatch(entry -> entry.phase().ended());
        assertThat(leftOver(change)).as(what).isEmpty();
        change.undo();
        assertThat(change.content()).as(what).isEqualTo(change.before());
        if (change.home() == Home.HOST) {
            assertThat(change.config().getParent()).as(what).doesNotExist();
        }
    }

    /// The files and folders that nobody would miss.
    private static List<Path> leftOver(TriedChange change) throws IOException {
        try (Stream<Path> files = Files.walk(change.folder())) {
            return files.filter(file -> file.toString().matches(".*(\\.capdrop-tmp|\\.tmp\\.\\d+)"))
                    .toList();
        }
    }

    private static boolean changes(Call call) {
        return CHANGING.contains(call.name())
                && !(call.name().equals("openat") && call.text().contains("O_RDONLY"));
    }
}
