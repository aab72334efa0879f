package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.journal.JournalEntry.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `--remedy nesting` of `plan` and `apply`, on a host in memory.
final class ApplyRemedyTest {
    private static final String OPENS =
            "processes in the container may then mount file systems and change AppArmor profiles of"
                    + " their own";

    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWithoutNesting("logind.service").works("ssh.service");
    private final String config = web.config;
    private final String nested =
            config + "lxc.apparmor.profile = generated\nlxc.apparmor.allow_nesting = 1\n";

    private FakeHost.Ran apply(String... more) {
        String[] words = new String[more.length + 4];
        System.arraycopy(new String[] {"apply", "web", "--remedy", "nesting"}, 0, words, 0, 4);
        System.arraycopy(more, 0, words, 4, more.length);
        return host.run(words);
    }

    private static String plain(String said) {
        return said.replaceAll("\\s+", " ");
    }

    @Test
    void thePlanSaysWhatItIsForWhatItOpensAndTheDiff() {
        FakeHost.Ran ran = host.run("plan", "web", "--remedy", "nesting");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(plain(ran.out()))
                .contains(
                        "lxc:web allow nesting: 1 failed unit will be set up and started; degraded ->"
                                + " running expected")
                .contains("for logind.service")
                .contains("widens what the container may do: " + OPENS)
                .contains("failed -> started, AppArmor no longer refuses its mounts (1)")
                .contains("+lxc.apparmor.profile = generated +lxc.apparmor.allow_nesting = 1");
        assertThat(web.config).isEqualTo(config);
        FakeHost.Ran json = host.run("plan", "web", "--remedy", "nesting", "--json");
        assertThat(plain(json.out()))
                .contains("\"remedy\" : { \"id\" : \"nesting\", \"units\" : [ \"logind.service\" ]")
                .contains("\"turnedBy\" : \"nesting\"");
    }

    @Test
    void whatWidensSaysSoWhenItAsks() {
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = apply();
        assertThat(plain(ran.err()))
                .contains("allow nesting: 1 failed unit will be set up and started")
                .contains("It WIDENS what the container may do: " + OPENS)
                .contains("'web' will be shut down and started again")
                .contains("nothing was changed");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(web.config).isEqualTo(config);
        assertThat(host.journal.entries).isEmpty();
    }

    @Test
    void itIsWrittenRestartedVerifiedAndTakenBackByteForByte() {
        FakeHost.Ran ran = apply("--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.config).isEqualTo(nested);
        assertThat(web.starts).isEqualTo(1);
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.APPLIED);
        assertThat(ran.out()).contains("verdict: better, the container is running");
        assertThat(host.run("status", "web").out())
                .contains("as it was left", "allows nesting")
                .doesNotContain("drops");
        host.interactive = true;
        host.answers = "n\n";
        assertThat(plain(host.run("undo", "web").err()))
                .contains("Take back the permission to nest from 'web'");
        FakeHost.Ran undone = host.run("undo", "web", "--yes");
        assertThat(undone.exit()).as(undone.toString()).isZero();
        assertThat(web.config).isEqualTo(config);
        assertThat(web.starts).isEqualTo(2);
        assertThat(host.run("status", "web").out()).doesNotContain("allows nesting");
    }

    @Test
    void theJsonOfAChangeNamesTheRemedy() {
        FakeHost.Ran ran = apply("--yes", "--json");
        assertThat(plain(ran.out()))
                .contains("\"remedy\" : \"nesting\"", "\"drop\" : [ ]", "\"verdict\" : \"better\"");
        assertThat(plain(host.run("status", "web", "--json").out()))
                .contains("\"remedy\" : \"nesting\"");
    }

    @Test
    void whatGotWorseIsTakenBack() {
        web.breaksAtRestart = "ssh.service";
        FakeHost.Ran ran = apply("--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(web.config).isEqualTo(config);
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.ROLLED_BACK);
    }

    @Test
    void withoutARestartItWaitsIsSeenInStatusAndIsFinishedByTheNextApply() {
        assertThat(apply("--yes", "--no-restart").exit()).isZero();
        assertThat(web.config).isEqualTo(nested);
        assertThat(web.starts).isZero();
        assertThat(plain(host.run("status", "web").out()))
                .contains("a permission to nest waits for the next restart");
        FakeHost.Ran live = host.run("apply", "web", "--live", "--yes");
        assertThat(web.starts).as(live.toString()).isZero();
        FakeHost.Ran ran = apply("--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.starts).isEqualTo(1);
        assertThat(host.journal.entries).hasSize(1);
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.APPLIED);
    }

    @Test
    void whatIsLostSinceIsDrift() {
        assertThat(apply("--yes").exit()).isZero();
        web.config = config;
        FakeHost.Ran ran = host.run("status", "web");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(plain(ran.out()))
                .contains(
                        "nesting-lost: its configuration '/var/lib/lxc/web/config' no longer allows")
                .contains("capdrop apply --remedy nesting lxc:web");
    }

    @Test
    void aDropOnTopIsTakenBackFirstAndThenNesting() {
        web.failsWith("sys_rawio", "kdump.service");
        assertThat(apply("--yes").exit()).isZero();
        assertThat(host.run("apply", "web", "--yes").exit()).isZero();
        assertThat(web.config).isEqualTo(nested + "lxc.cap.drop = sys_rawio\n");
        assertThat(host.run("undo", "web", "--yes").exit()).isZero();
        assertThat(web.config).isEqualTo(nested);
        assertThat(host.run("undo", "web", "--yes").exit()).isZero();
        assertThat(web.config).isEqualTo(config);
    }

    @Test
    void ofProxmoxTheFeaturesAreMerged() {
        for (String file : List.of("common.conf", "userns.conf")) {
            host.files.putIfAbsent("/usr/share/lxc/config/" + file, "");
            host.files.putIfAbsent("/usr/share/lxc/config/debian." + file, "");
        }
        FakeContainer guest = host.guest("101").failsWithoutNesting("logind.service");
        guest.config = guest.config.replace("hostname", "features: fuse=1,nesting=0\nhostname");
        String before = guest.config;
        FakeHost.Ran ran = host.run("apply", "101", "--remedy", "nesting", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(guest.config).isEqualTo(before.replace("nesting=0", "nesting=1"));
        assertThat(host.run("undo", "101", "--yes").exit()).isZero();
        assertThat(guest.config).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "off | AppArmor is not enabled on this host, so that it refuses the container nothing",
                "unknown | whether this host has AppArmor is not known",
                "set | its configuration allows nesting already",
                "other | its profile of AppArmor is none of LXC's that nesting would change",
                "well | no unit of it fails for want of nesting",
                "stopped | nothing is known of its units, so that nobody could say what nesting is for"
            })
    void whereNothingCallsForItItIsRefusedInOneSentence(String how, String sentence) {
        FakeContainer one = how.equals("well") ? host.lxc("db").works("ssh.service") : web;
        one.appArmor = true;
        switch (how) {
            case "off" -> one.appArmor = false;
            case "unknown" -> one.appArmor = null;
            case "set" -> one.config = nested;
            case "other" -> one.config = config + "lxc.apparmor.profile = unconfined\n";
            case "stopped" -> one.stopped();
            default -> {}
        }
        String then = one.config;
        String name = one.id.name();
        FakeHost.Ran ran = host.run("apply", name, "--remedy", "nesting", "--yes");
        assertThat(ran.said()).as(ran.toString()).containsExactly("refused: " + sentence);
        assertThat(ran.exit()).isEqualTo(1);
        FakeHost.Ran json = host.run("apply", name, "--remedy", "nesting", "--yes", "--json");
        assertThat(json.out()).contains("\"outcome\" : \"refused: " + sentence + "\"");
        FakeHost.Ran plan = host.run("plan", name, "--remedy", "nesting");
        assertThat(plain(plan.out())).contains(sentence).doesNotContain("at the next boot");
        assertThat(plan.exit()).isZero();
        assertThat(one.config).isEqualTo(then);
        assertThat(host.journal.entries).isEmpty();
    }

    @Test
    void anotherRemedyIsRefusedWithThoseThatExist() {
        FakeHost.Ran ran = host.run("apply", "web", "--remedy", "mask", "--yes");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said().getFirst())
                .contains(
                        "'mask' is no remedy that edits a configuration, expected one of nesting");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--drop net_raw",
                "--keep net_raw",
                "--goal inert",
                "--allow-skip x",
                "--live"
            })
    void whatIsForDropsSaysNothingBesideIt(String option) {
        FakeHost.Ran ran = apply(option.split(" "));
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.said())
                .isEqualTo(
                        List.of(
                                "--remedy nesting is for one container and drops nothing: it cannot be"
                                        + " given with "
                                        + option.split(" ")[0]));
        assertThat(web.config).isEqualTo(config);
    }

    @Test
    void checkSaysHowItIsDone() {
        assertThat(plain(host.run("check", "web").out()))
                .contains("capdrop apply --remedy nesting lxc:web");
    }
}
