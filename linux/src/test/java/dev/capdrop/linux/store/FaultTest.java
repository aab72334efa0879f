package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.change.JournalEntry.Phase;
import dev.capdrop.linux.store.StoppedChange.Home;
import dev.capdrop.linux.store.Strace.Call;
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
import org.junit.jupiter.params.provider.EnumSource;

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

    @TempDir private Path temp;
    private int made;

    /// The calls that are tried: every fourth; of Proxmox VE's, of which half are the journal's as
    /// well, every eighth.
    private List<Call> tried(Home home) throws Exception {
        List<Call> calls = calls(home).stream().filter(FaultTest::changes).toList();
        return ALL ? calls : every(home == Home.LXC ? 4 : 8, calls);
    }

    private static List<Call> every(int step, List<Call> calls) {
        assertThat(calls).hasSizeGreaterThan(30);
        List<Call> some = new ArrayList<>();
        for (int i = 1; i < calls.size(); i += step) {
            some.add(calls.get(i));
        }
        return some;
    }

    @BeforeEach
    void needsStrace() {
        assumeTrue(Strace.installed(), "strace is not installed");
    }

    @ParameterizedTest
    @EnumSource
    void killedAtAnyCallAChangeIsWholeAndTheNextCommandRecovers(Home home) throws Exception {
        List<Call> calls = tried(home);
        for (Call call : calls) {
            StoppedChange change = next(home);
            kill(change, call);
            assertTruthful(change, call.text());
            assertRecovers(change, call.text());
        }
        System.err.println("linux: %s: killed at %d calls".formatted(home, calls.size()));
    }

    @ParameterizedTest
    @EnumSource
    void whateverCallFailsTheChangeSaysOneSentenceAndLosesNothing(Home home) throws Exception {
        List<Call> calls = tried(home);
        int failed = 0;
        try (ChangeProgram program = ChangeProgram.start()) {
            for (int i = 0; i < calls.size(); i++) {
                List<String> errors = ALL ? ERRORS : List.of(ERRORS.get(i % ERRORS.size()));
                for (String error : errors) {
                    failed += fail(program, home, calls.get(i), error) ? 1 : 0;
                }
            }
        }
        System.err.println(
                "linux: %s: of %d calls, %d errors were said"
                        .formatted(home, calls.size(), failed));
        assertThat(failed).isGreaterThan(calls.size() / 3);
    }

    /// Killed at each removal, and right behind each.
    @Test
    void aKilledPruningLeavesAJournalThatIsTrueAndTheNextChangeEndsIt() throws Exception {
        List<JournalEntry> old = new ArrayList<>();
        StoppedChange measured = withHistory(old);
        List<Call> removals;
        try (ChangeProgram program = ChangeProgram.start()) {
            warm(program, Home.LXC);
            Strace strace = Strace.attach(program.pid(), temp);
            try (strace) {
                assertThat(program.change(measured)).isEqualTo("done");
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
            kill(change, call);
            assertThat(change.entries().size()).isBetween(old.size() - TOO_MANY, old.size());
            assertRecovers(change, call.text());
            assertThat(change.entries()).hasSizeLessThanOrEqualTo(old.size() - TOO_MANY + 2);
        }
    }

    /// A container with more ended changes than the journal keeps.
    private StoppedChange withHistory(List<JournalEntry> old) throws IOException {
        StoppedChange change = next(Home.LXC);
        old.clear();
        old.addAll(change.history(20 + TOO_MANY));
        return change;
    }

    private static boolean changes(Call call) {
        return CHANGING.contains(call.name())
                && !(call.name().equals("openat") && call.text().contains("O_RDONLY"));
    }

    /// The calls of a change that nothing disturbs.
    private List<Call> calls(Home home) throws Exception {
        StoppedChange change = next(home);
        try (ChangeProgram program = ChangeProgram.start()) {
            warm(program, home);
            Strace strace = Strace.attach(program.pid(), temp);
            try (strace) {
                assertThat(program.change(change)).isEqualTo("done");
            }
            List<Call> calls = strace.calls();
            assertThat(calls).hasSizeGreaterThan(100);
            return calls;
        }
    }

    /// All folders are equally long and deep, so that a change in each takes the same calls.
    private StoppedChange next(Home home) throws IOException {
        return new StoppedChange(home, temp.resolve("%05d".formatted(++made))).made();
    }

    /// From now on the program loads no more classes for a change.
    private void warm(ChangeProgram program, Home home) throws IOException {
        assertThat(program.change(next(home))).isEqualTo("done");
    }

    private void kill(StoppedChange change, Call call) throws Exception {
        try (ChangeProgram program = ChangeProgram.start()) {
            warm(program, change.home());
            try (Strace _ = Strace.attach(program.pid(), temp, call.inject("signal=KILL"))) {
                assertThat(program.change(change)).as(call.text()).isNull();
                assertThat(program.exit()).as(call.text()).isEqualTo(128 + 9);
            }
        }
    }

    /// @return whether the change has failed of it
    private boolean fail(ChangeProgram program, Home home, Call call, String error)
            throws Exception {
        warm(program, home);
        StoppedChange change = next(home);
        String what = error + " at " + call.text();
        String answer;
        Strace strace = Strace.attach(program.pid(), temp, call.inject("error=" + error));
        try (strace) {
            answer = program.change(change);
        }
        assertThat(strace.injected()).as(what).hasSize(1);
        assertThat(answer)
                .as(what)
                .matches("done|failed: [^\n]*'[^\n]*")
                .doesNotContain("Exception", "null");
        assertTruthful(change, what + ", answered " + answer);
        boolean done = "done".equals(answer);
        if (done) {
            assertThat(Files.readString(change.config())).as(what).isEqualTo(change.home().after());
            assertThat(change.entries().getLast().phase()).as(what).isEqualTo(Phase.APPLIED);
        }
        if (!call.name().startsWith("unlink")) {
            assertThat(leftOver(change)).as(what + ", answered " + answer).isEmpty();
        }
        assertRecovers(change, what + ", answered " + answer);
        return !done;
    }

    /// The file is the old one or the new one, and the journal does not say otherwise.
    private static void assertTruthful(StoppedChange change, String what) throws IOException {
        String config = Files.readString(change.config());
        List<JournalEntry> entries = change.entries();
        assertThat(config).as(what).isIn(change.home().before(), change.home().after());
        Phase last = entries.isEmpty() ? Phase.ABANDONED : entries.getLast().phase();
        if (config.equals(change.home().after())) {
            assertThat(last).as(what).isIn(Phase.WRITING, Phase.APPLIED);
        } else {
            assertThat(last).as(what).isIn(Phase.WRITING, Phase.ABANDONED);
        }
    }

    private static void assertRecovers(StoppedChange change, String what) throws IOException {
        change.apply();
        assertThat(Files.readString(change.config())).as(what).isEqualTo(change.home().after());
        assertThat(change.entries()).as(what).allMatch(entry -> entry.phase().ended());
        assertThat(leftOver(change)).as(what).isEmpty();
        change.undo();
        assertThat(Files.readString(change.config())).as(what).isEqualTo(change.home().before());
    }

    /// The files that no program would miss.
    private static List<Path> leftOver(StoppedChange change) throws IOException {
        try (Stream<Path> files = Files.walk(change.folder())) {
            return files.filter(file -> file.toString().matches(".*(\\.capdrop-tmp|\\.tmp\\.\\d+)"))
                    .toList();
        }
    }
}
