package dev.capdrop.cli.learn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.record.JournalEntryJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `learn --boot` on a host in memory.
final class LearnBootTest {
    private final FakeHost host = new FakeHost();
    private final FakeContainer web = host.lxc("web").works("ssh.service");

    @BeforeEach
    void watch() {
        host.watchesBoot = true;
    }

    @Test
    void itIsRestartedAndItsWholeBootIsSeen() {
        FakeHost.Ran ran = host.run("learn", "web", "--boot", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.starts).isEqualTo(1);
        assertThat(ran.out()).contains("one whole boot");
        assertThat(ran.said())
                .containsExactly("shutting web down", "starting web", "recording its boot");
    }

    @Test
    void aBootThatSomebodyElseBeganIsNotTakenForAWholeOne() {
        web.atStop = web::start;
        FakeHost.Ran ran = host.run("learn", "web", "--boot", "--yes");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains(
                        "'lxc:web' has been started by somebody else, and how its boot began was not seen");
    }

    @Test
    void whoDeclinesKeepsItRunning() {
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = host.run("learn", "web", "--boot");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(web.starts).isZero();
        assertThat(ran.err()).contains("will be shut down and started again");
    }

    @Test
    void itAsksBeforeItRestartsAnything() {
        FakeHost.Ran ran = host.run("learn", "web", "--boot");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("there is no terminal: say --yes");
        assertThat(host.run("learn", "web", "--yes").said())
                .containsExactly("--yes and --force-stop are for --boot");
        assertThat(web.starts).isZero();
    }

    @Test
    void whatCannotBeWatchedIsNotStopped() {
        host.unwatchable = "this kernel does not report capability checks";
        FakeHost.Ran ran = host.run("learn", "web", "--boot", "--yes");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said()).containsExactly("this kernel does not report capability checks");
        assertThat(web.running).isTrue();
        assertThat(web.starts).isZero();
    }

    @Test
    void whatMayNotBeRestartedIsRefused() {
        web.notRestartable =
                new Decision.LeftOut("it would not start again", Decision.Weight.REFUSED);
        FakeHost.Ran ran = host.run("learn", "web", "--boot", "--yes");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.said()).containsExactly("refused: it would not start again");
        assertThat(web.starts).isZero();
    }

    @Test
    void oneThatIsStoppedIsNotStarted() {
        web.stopped();
        FakeHost.Ran ran = host.run("learn", "web", "--boot", "--yes");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said())
                .containsExactly("'web' does not run, so there is nothing to restart; start it");
        assertThat(web.running).isFalse();
    }

    /// Its restart would carry that change out, and nobody would look at what comes of it.
    @Test
    void oneOfWhichAChangeWaitsForARestartIsLeftToThatChange() {
        assertThat(
                        host.run(
                                        "apply",
                                        "web",
                                        "--goal",
                                        "none",
                                        "--drop",
                                        "mknod",
                                        "--no-restart",
                                        "--yes")
                                .exit())
                .isZero();
        FakeHost.Ran ran = host.run("learn", "web", "--boot", "--yes");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("refused: ").contains("mknod");
        assertThat(web.starts).isZero();
    }

    @Test
    void aWholeBootAddsToWhatWasLearnt() {
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 3, 1, 1));
        assertThat(host.run("learn", "web", "--show").err())
                .contains("nothing was learnt about 'web' so far")
                .contains("--boot' records a boot");
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        assertThat(host.run("learn", "web", "--boot", "--yes", "--for", "5s").exit()).isZero();
        FakeHost.Ran shown = host.run("learn", "web", "--show");
        assertThat(shown.exit()).as(shown.toString()).isZero();
        assertThat(shown.out())
                .contains("was seen to use 1 capability: 2 whole boots, 15 s.")
                .contains("chown")
                .contains("ssh.service");
        assertThat(host.run("explain", "ssh.service@web").out().replaceAll("\\s+", " "))
                .contains("chown used (6)", "; what asks is fs/attr.c: chown_ok, chgrp_ok (files");
        assertThat(host.run("learn", "web", "--show", "--json").out())
                .contains("\"capdrop/learned/1\"")
                .contains("\"count\" : 6");
    }

    @Test
    void whatWasLearntOfAllIsShownTogetherAndAfterALongTimeWhatIsGoneIsForgotten() {
        host.lxc("db").works("sql.service");
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 3, 1, 1));
        assertThat(host.run("learn", "--all", "--show").said())
                .containsExactly(
                        "nothing was learnt so far; 'capdrop learn --all --for 24h' watches this host");
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        assertThat(host.run("learn", "db", "--boot", "--yes").exit()).isZero();
        host.containers.remove(web);
        FakeHost.Ran shown = host.run("learn", "--all", "--show");
        assertThat(shown.exit()).as(shown.toString()).isZero();
        assertThat(shown.out()).contains("lxc:db", "lxc:web (gone)", "1 whole boot", "chown");
        assertThat(host.run("learn", "--all", "--show", "--json").out())
                .contains("\"capdrop/learned-all/1\"", "\"here\" : true", "\"here\" : false");
        host.now = host.now.plus(Duration.ofDays(89));
        assertThat(host.run("learn", "--all", "--for", "1s").err()).doesNotContain("forgotten");
        host.now = host.now.plus(Duration.ofDays(2));
        assertThat(host.run("learn", "--all", "--for", "1s").err())
                .contains("what was learnt of 'lxc:web' until")
                .doesNotContain("'lxc:db' until");
        assertThat(host.run("learn", "--all", "--show").out())
                .contains("lxc:db")
                .doesNotContain("web");
        assertThat(host.run("learn", "--all", "--show", "--for", "1s").exit()).isEqualTo(2);
    }

    /// What is written down while it boots holds the loss, and what is written at its end does not.
    @Test
    void aBootOfWhichACheckWasLostIsNoWholeOne() {
        host.pictures = 5;
        host.lost = 7;
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        assertThat(host.learnt.values())
                .hasSize(1)
                .allSatisfy(one -> assertThat(one.covered().boots()).isZero());
    }

    /// What it does when it works was not seen.
    @Test
    void aBootCountsForNoUnitThatFailedInIt() {
        web.failsWith("chown", "broken.service");
        host.made.put("ssh.service", "a");
        host.made.put("broken.service", "b");
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 3, 1, 1));
        host.tallies.add(new Tally("broken.service", 0, Meaning.USED, 3, 1, 1));
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        assertThat(host.learnt.values())
                .hasSize(1)
                .allSatisfy(one -> {
                    assertThat(one.sawBootOf("ssh.service")).isTrue();
                    assertThat(one.sawBootOf("broken.service")).isFalse();
                });
    }

    @Test
    void aBootOfWhichNotEveryUnitIsToldIsNoWholeOne() {
        host.tallies.add(new Tally(Tallies.OTHER_UNITS, 0, Meaning.USED, 3, 1, 1));
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        assertThat(host.learnt.values())
                .hasSize(1)
                .allSatisfy(one -> assertThat(one.covered().boots()).isZero());
    }

    @Test
    void whatCannotBeWrittenDownIsSaidOnceAndIsNoSuccess() {
        host.unwritable = "no room for it";
        FakeHost.Ran ran = host.run("learn", "web", "--boot", "--yes");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).contains("one whole boot");
        assertThat(ran.err()).containsOnlyOnce("no room for it");
    }

    @Test
    void goalLeastIsForOneContainerThatWasWatched() {
        assertThat(host.run("plan", "--all", "--goal", "least").said())
                .containsExactly(
                        "--goal least is for one container: it cannot be given with --all");
        FakeHost.Ran ran = host.run("plan", "web", "--goal", "least");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("nothing was learnt").contains("capdrop learn lxc:web");
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 3, 1, 1));
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        // its programs are not known in memory, which is asked after the record
        assertThat(host.run("plan", "web", "--goal", "least").err())
                .contains("nothing is known of the programs");
        host.identity = "another of that name";
        assertThat(host.run("plan", "web", "--goal", "least").err()).contains("nothing was learnt");
    }

    @Test
    void whatWasLearntIsPartOfASnapshotAndOfAPlanFromItAndNotOfTheJournal(@TempDir Path folder)
            throws IOException {
        assertThat(host.run("snapshot", "web").out()).doesNotContain("learnt");
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 3, 1, 1));
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        String snapshot = host.run("snapshot", "web").out();
        assertThat(snapshot).contains("\"learnt\":{").contains("ssh.service");
        Path file = folder.resolve("web.json");
        Files.writeString(file, snapshot);
        assertThat(host.run("plan", "--from", file.toString(), "--goal", "least").err())
                .doesNotContain("nothing was learnt")
                .contains("nothing is known of the programs");
        assertThat(host.run("apply", "web", "--drop", "sys_rawio", "--yes").exit()).isZero();
        assertThat(host.journal.entries)
                .isNotEmpty()
                .allSatisfy(entry ->
                        assertThat(new String(JournalEntryJson.write(entry), UTF_8))
                                .contains("\"before\"")
                                .doesNotContain("learnt"));
    }

    @Test
    void explainSaysThatAUnitWasUpgradedSince() {
        host.made.put("ssh.service", "old");
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 3, 1, 1));
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        host.origins.put("ssh.service", "old");
        assertThat(host.run("explain", "ssh.service@web").out()).doesNotContain("upgrade");
        host.origins.put("ssh.service", "new");
        assertThat(host.run("explain", "ssh.service@web").out())
                .contains("learnt before its upgrade", "chown used (3), from ");
    }

    @Test
    void explainSaysWhatAUnitWasSeenToUse() {
        assertThat(host.run("explain", "ssh.service@web").out()).doesNotContain("seen in use");
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 3, 1, 1));
        assertThat(host.run("learn", "web", "--boot", "--yes").exit()).isZero();
        assertThat(host.run("explain", "ssh.service@web").out())
                .contains("seen in use")
                .contains("chown used (3), from ");
        assertThat(host.run("explain", "ssh.service@web", "--json").out())
                .contains("\"capability\" : \"chown\"");
        assertThat(host.run("explain", "ssh.service@web").out()).doesNotContain("upgrade");
        host.identity = "another of that name";
        assertThat(host.run("explain", "ssh.service@web").out()).doesNotContain("seen in use");
    }

    @Test
    void allThatRunAreWatchedAndTheOthersAreNot() {
        host.lxc("db").stopped();
        host.lxc("mail").works("postfix.service");
        host.tallies.add(new Tally("a.service", 0, Meaning.USED, 1, 1, 1));
        FakeHost.Ran ran = host.run("learn", "--all", "--for", "1s");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out())
                .contains("lxc:web used 1 of")
                .contains("lxc:mail used 1 of")
                .doesNotContain("lxc:db");
        assertThat(host.learnt).hasSize(2);
        assertThat(host.run("learn", "--all", "web").exit()).isEqualTo(2);
        assertThat(host.run("learn").err()).contains("no target, expected").contains("--all");
        host.unwritable = "no room for it";
        assertThat(host.run("learn", "--all", "--for", "1s").exit()).isEqualTo(2);
    }

    @Test
    void theMatrixAndThePageMarkWhatWasSeenInUse() {
        host.lxc("other").works("ssh.service");
        assertThat(host.run("explain").out()).doesNotContain("seen in use");
        host.tallies.add(new Tally("ssh.service", 0, Meaning.USED, 3, 1, 2));
        host.run("learn", "web", "--boot", "--yes");
        assertThat(host.run("explain").out())
                .contains("beside it: seen in use ('capdrop learn')")
                .containsPattern("chown +#\\* +#\n")
                .containsPattern("dac_override +# +#\n");
        assertThat(host.run("explain", "--json").out()).contains("\"used\" : [ \"chown\" ]");
        assertThat(host.run("report").out()).containsOnlyOnce("<td class=\"h\">Hu</td>");
    }
}
