package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Meaning;
import dev.capdrop.core.observe.Tally;
import dev.capdrop.linux.terminal.TerminalSize;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The table that `learn` shows meanwhile, on a terminal in memory.
final class LiveTableTest {
    private static final String SECOND_SCREEN = "\u001b[?1049h";
    private static final String FIRST_SCREEN = "\u001b[?1049l";
    private static final String TITLE = "; ^C ends it\u001b[K";

    private final FakeHost host = new FakeHost();

    @BeforeEach
    void make() {
        host.lxc("web").works("ssh.service");
        host.window = new TerminalSize(80, 24);
        host.pictures = 5;
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 1, 1, 1));
    }

    @Test
    void theSummaryFollowsTheTableOnTheFirstScreen() {
        String out = host.run("learn", "web", "--for", "90s").out();
        assertThat(out).startsWith(SECOND_SCREEN).contains(TITLE, "ssh.service");
        assertThat(out.substring(out.indexOf(FIRST_SCREEN)))
                .startsWith(FIRST_SCREEN + "lxc:web used 1 of the ")
                .contains("coverage: 90 s");
    }

    @Test
    void whereNobodyLooksOrWantsToNothingOfItIsWritten() {
        assertThat(host.run("learn", "web", "--plain").out()).doesNotContain("\u001b");
        assertThat(host.run("learn", "web", "--json").out()).doesNotContain("\u001b");
        host.window = TerminalSize.NONE;
        assertThat(host.run("learn", "web").out()).doesNotContain("\u001b");
    }

    @Test
    void aTerminalThatObeysNothingGetsNone() {
        assertThat(Output.obeys("dumb")).isFalse();
        assertThat(Output.obeys("")).isFalse();
        assertThat(Output.obeys(null)).isFalse();
        assertThat(Output.obeys("xterm-256color")).isTrue();
    }

    @Test
    void whatCannotBeWrittenDownIsSaidInTheTableAndAgainBehindIt() {
        host.unwritable = "the disk is full";
        FakeHost.Ran ran = host.run("learn", "web", "--for", "90s");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).contains("the disk is full\u001b[K");
        assertThat(ran.said()).contains("the disk is full");
    }

    @Test
    void aKprobeIsSaidInTheFirstLinesAndWhatItDoesNotSeeInTheRecord() {
        host.unseen = CapabilitySet.of("setpcap");
        FakeHost.Ran ran = host.run("learn", "web", "--plain");
        assertThat(ran.said().get(1))
                .isEqualTo(
                        "this kernel has no tracepoint of capability checks, as Linux 6.14 has: a"
                                + " kprobe on cap_capable tells of them, and does not see every one"
                                + " of setpcap");
        assertThat(ran.out().replace("\n  ", " ")).contains("does not see every one of setpcap");
        assertThat(host.learnt.values())
                .allMatch(learnt -> learnt.covered().unseen().equals(host.unseen));
        assertThat(host.run("learn", "--all", "--for", "1s").said())
                .filteredOn(line -> line.contains("kprobe"))
                .hasSize(1);
    }

    @Test
    void aWatchIsWrittenDownEveryFewSecondsAndNotWithEachPicture() {
        host.pictures = 9;
        host.run("learn", "web", "--for", "9s");
        assertThat(host.added).containsExactly(4L, 4L, 1L);
    }
}
