package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The host loses its power in the middle of each phase of a change: capdrop is gone, and so is all
/// that ran. Its container comes up again by itself with what is in the file, or it does not.
final class RebootTest {
    private static final List<String> APPLY = List.of("apply", "web", "--yes");
    private static final List<String> LIVE = List.of("apply", "web", "--live", "--yes");
    private static final List<String> UNDO = List.of("undo", "web", "--yes");

    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");
    private final String old = web.config;
    private final String changed = old + "lxc.cap.drop = sys_rawio\n";

    /// A moment at which the power fails.
    ///
    /// @param next what the journal would have said next
    /// @param worse whether a unit fails after the first restart
    /// @param autostart whether the container is started at boot
    record Moment(List<String> command, Phase next, boolean worse, boolean autostart) {
        @Override
        public String toString() {
            return "%s, before %s%s, %s"
                    .formatted(
                            String.join(" ", command),
                            next,
                            worse ? " after a loss" : "",
                            autostart ? "started at boot" : "left stopped");
        }
    }

    private static Stream<Moment> moments() {
        List<Moment> all = new ArrayList<>();
        for (boolean autostart : new boolean[] {true, false}) {
            for (Phase next : List.of(Phase.WRITING, Phase.RESTARTING, Phase.APPLIED)) {
                all.add(new Moment(APPLY, next, false, autostart));
            }
            for (Phase next : List.of(Phase.ROLLING_BACK, Phase.ROLLED_BACK)) {
                all.add(new Moment(APPLY, next, true, autostart));
            }
            for (Phase next : List.of(Phase.WRITING, Phase.DROPPING_LIVE, Phase.APPLIED)) {
                all.add(new Moment(LIVE, next, false, autostart));
            }
            for (Phase next : List.of(Phase.TAKING_BACK, Phase.UNDOING, Phase.UNDONE)) {
                all.add(new Moment(UNDO, next, false, autostart));
            }
        }
        return all.stream();
    }

    private static String[] words(List<String> words) {
        return words.toArray(String[]::new);
    }

    /// Kills all and boots again.
    private void reboot(Moment moment) {
        web.breaksAtRestart = moment.worse() ? "ssh.service" : null;
        if (moment.command().equals(UNDO)) {
            assertThat(host.run(words(APPLY)).exit()).isZero();
        }
        host.killBefore("lxc:web", moment.next(), words(moment.command()));
        if (web.running) {
            web.stop();
        }
        if (moment.autostart()) {
            web.start();
        }
    }

    /// A command that ends as promised, and nothing is under way after it.
    private FakeHost.Ran ran(List<String> words) {
        FakeHost.Ran ran = host.run(words(words));
        assertThat(ran.exit()).as(String.join(" ", words) + ": " + ran).isZero();
        assertThat(host.run("status", "web").exit()).isZero();
        return ran;
    }

    /// Whether its units were known; of a stopped one whose files cannot be read it is said that
    /// they are not.
    private static boolean requireKnown(Moment moment, FakeHost.Ran ran) {
        boolean known = ran.exit() < 2;
        assertThat(known || !moment.autostart()).as(ran.toString()).isTrue();
        assertThat(known || ran.err().contains("which is stopped; start it first"))
                .as(ran.toString())
                .isTrue();
        return known;
    }

    @ParameterizedTest
    @MethodSource("moments")
    void theFileIsWholeAndWhatIsUnderWayIsSaid(Moment moment) {
        reboot(moment);
        assertThat(web.config).isIn(old, changed);
        FakeHost.Ran status = host.run("status", "web");
        boolean pending =
                host.journal.entries.stream()
                        .map(JournalEntry::phase)
                        .anyMatch(phase -> !phase.ended());
        assertThat(status.exit()).as(status.toString()).isEqualTo(pending ? 1 : 0);
        assertThat(
                        Stream.of("apply", "undo", "check")
                                .anyMatch(verb -> status.out().contains("capdrop " + verb)))
                .as(status.toString())
                .isEqualTo(pending);
        assertThat(host.run("check", "web").exit()).isBetween(0, 1);
        requireKnown(moment, host.run("plan", "web"));
    }

    @ParameterizedTest
    @MethodSource("moments")
    void undoBringsTheOldFileBack(Moment moment) {
        reboot(moment);
        ran(UNDO);
        assertThat(web.config).isEqualTo(old);
        assertThat(web.holds("sys_rawio")).isEqualTo(web.running);
    }

    @ParameterizedTest
    @MethodSource("moments")
    void applyEndsWhatWasBegun(Moment moment) {
        reboot(moment);
        web.breaksAtRestart = null;
        FakeHost.Ran ran = host.run(words(APPLY));
        if (!requireKnown(moment, ran)) {
            web.start();
            ran = host.run(words(APPLY));
            requireKnown(moment, ran);
        }
        assertThat(web.config).as(ran.toString()).isIn(old, changed);
        assertThat(host.run("status", "web").exit()).isZero();
        ran(UNDO);
        assertThat(web.config).isEqualTo(old);
    }
}
