package dev.capdrop.cli.learn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.session.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The table that `learn` shows meanwhile, on a terminal in memory.
final class LiveTableTest {
    private static final String SECOND_SCREEN = "\u001b[?1049h";
    private static final String FIRST_SCREEN = "\u001b[?1049l";
    private static final String TITLE = "; ^C ends it\u001b[K";

    private static final TerminalSize WINDOW = new TerminalSize(80, 24);

    private final FakeHost host = new FakeHost();

    @BeforeEach
    void make() {
        host.lxc("web").works("ssh.service");
        host.window = WINDOW;
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

    /// Of what comes while a terminal is stopped by ^S, the newest is shown behind it.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aTerminalThatIsStoppedDoesNotStopTheWatch() throws Exception {
        Stopped stopped = new Stopped();
        Terminal.Style style = new Terminal.Style(false, 80);
        Terminal terminal = new Terminal(new DataStream(stopped), style, stopped, style, UTF_8);
        ContainerId web = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");
        LiveTable table = new LiveTable(terminal, new LearnTable(terminal, web, 900), () -> WINDOW);
        for (int second = 1; second <= 540; second++) {
            Coverage coverage =
                    new Coverage(
                            second,
                            0,
                            0,
                            Coverage.End.TIME,
                            List.of("ssh.service"),
                            CapabilitySet.EMPTY,
                            Map.of(),
                            Coverage.UnitResults.NONE);
            table.accept(
                    new Observation(
                            Instant.EPOCH, false, CapabilitySet.EMPTY, host.tallies, coverage, 0));
            terminal.complain("the disk is full");
        }
        assertThat(stopped.written()).isEmpty();
        stopped.goOn();
        table.close();
        assertThat(stopped.written()).contains("in 9 min of 15 min").contains(FIRST_SCREEN);
        assertThat(stopped.written().split("; \\^C ends it", -1)).hasSizeLessThan(5);
    }

    /// A terminal that takes nothing for now.
    private static final class Stopped extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch going = new CountDownLatch(1);

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                going.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
            taken.write(bytes, from, length);
        }

        private void goOn() {
            going.countDown();
        }

        private String written() {
            return taken.toString(UTF_8);
        }
    }

    @Test
    void aWatchIsWrittenDownEveryFewSecondsAndNotWithEachPicture() {
        host.pictures = 9;
        host.run("learn", "web", "--for", "9s");
        assertThat(host.added).containsExactly(4L, 4L, 1L);
    }
}
