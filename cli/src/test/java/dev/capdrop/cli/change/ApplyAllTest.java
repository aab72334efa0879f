package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.change.Decision;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// `plan --all` and `apply --all` on a host in memory.
final class ApplyAllTest {
    private final FakeHost host = new FakeHost();

    private FakeContainer sick(String name) {
        return host.lxc(name).failsWith("sys_rawio", "kdump.service").works("ssh.service");
    }

    @Test
    void eachIsChangedInTurnAndWhatNeedsNothingIsNamed() {
        FakeContainer a = sick("a");
        FakeContainer b = sick("b");
        host.lxc("well").works("ssh.service");
        FakeHost.Ran plan = host.run("plan", "--all");
        assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
        FakeHost.Ran ran = host.run("apply", "--all", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(a.config).endsWith("lxc.cap.drop = sys_rawio\n");
        assertThat(b.config).endsWith("lxc.cap.drop = sys_rawio\n");
        assertThat(ran.out()).contains("nothing to do: lxc:well");
        FakeHost.Ran again = host.run("apply", "--all", "--yes");
        assertThat(again.said()).containsExactly("nothing to do");
        assertThat(again.exit()).isZero();
    }

    /// A volume that is mounted while it runs only; nobody can do anything about that.
    @Test
    void oneThatDoesNotRunAndCannotBeReadIsNamedAndIsNoError() {
        sick("a");
        host.lxc("off").stopped();
        FakeHost.Ran ran = host.run("apply", "--all", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out().replaceAll("\\s+", " "))
                .contains("skipped: lxc:off: nothing is known of the units of 'lxc:off'");
        assertThat(host.run("plan", "--all").exit()).isZero();
    }

    @Test
    void numbersHaveTheDigitsOfNoLanguage() {
        sick("a");
        sick("b");
        Locale spoken = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            assertThat("%d".formatted(2)).isEqualTo("\u0662");
            FakeHost.Ran ran = host.run("apply", "--all", "--yes");
            assertThat(ran.out() + ran.err()).contains("[1/2] ", "[2/2] ");
        } finally {
            Locale.setDefault(spoken);
        }
    }

    @Test
    void whoIsExcludedIsNotChanged() {
        FakeContainer a = sick("a");
        FakeContainer b = sick("b");
        String before = b.config;
        FakeHost.Ran ran = host.run("apply", "--all", "--exclude", "b", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(a.config).endsWith("lxc.cap.drop = sys_rawio\n");
        assertThat(b.config).isEqualTo(before);
        assertThat(host.run("plan", "--all", "--exclude", "a").out()).doesNotContain("lxc:a");
        assertThat(host.run("apply", "--all", "--exclude", "nosuch", "--yes").exit()).isEqualTo(2);
    }

    @Test
    void afterOneThatGotWorseNoOtherIsBegun() {
        sick("a").breaksAtRestart = "ssh.service";
        FakeContainer b = sick("b");
        String before = b.config;
        FakeHost.Ran ran = host.run("apply", "--all", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.out()).contains("not begun, because").contains("lxc:b");
        assertThat(b.config).isEqualTo(before);
    }

    @Test
    void afterOneThatGotWorseLiveNoOtherIsBegun() {
        sick("a").breaksLive = "ssh.service";
        FakeContainer b = sick("b");
        String before = b.config;
        FakeHost.Ran ran = host.run("apply", "--all", "--live", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.out()).contains("not begun, because").contains("lxc:b");
        assertThat(b.config).isEqualTo(before);
        assertThat(b.starts).isZero();
    }

    /// A container that another program starts and stops, as the HA manager does.
    @Test
    void whoIsLeftOutForTheRestartIsNotWhereNothingIsRestarted() {
        FakeContainer one = sick("a");
        one.amongAllRestarted =
                new Decision.LeftOut("another starts and stops it", Decision.Weight.REFUSED);
        FakeHost.Ran restarting = host.run("apply", "--all", "--yes");
        assertThat(flat(restarting.out())).contains("skipped: lxc:a: another starts and stops it");
        assertThat(restarting.exit()).isEqualTo(1);
        FakeHost.Ran live = host.run("apply", "--all", "--live", "--yes");
        assertThat(live.out()).doesNotContain("skipped");
        assertThat(live.exit()).as(live.toString()).isZero();
        assertThat(one.config).contains("lxc.cap.drop");
    }

    @Test
    void theSameReasonsAreSaidOfOneAndOfAll() {
        FakeContainer one = sick("a");
        assertSame(
                one,
                new Decision.LeftOut("it is locked", "wait", Decision.Weight.REFUSED),
                1,
                "it is locked; wait");
        one.unchangeable = null;
        one.notRestartable =
                new Decision.LeftOut("it would not start again", Decision.Weight.REFUSED);
        assertSaid(1, "it would not start again");
        one.notRestartable = null;
        one.booting = true;
        FakeHost.Ran all = host.run("apply", "--all", "--yes");
        FakeHost.Ran alone = host.run("apply", "a", "--yes");
        assertThat(all.exit()).isEqualTo(alone.exit()).isEqualTo(1);
        assertThat(flat(all.out())).contains("skipped: lxc:a: its boot has not ended: waiting");
        assertThat(flat(alone.err())).contains("refused: its boot has not ended: waiting");
    }

    private void assertSame(FakeContainer one, Decision.LeftOut left, int exit, String sentence) {
        one.unchangeable = left;
        assertSaid(exit, sentence);
    }

    private void assertSaid(int exit, String sentence) {
        FakeHost.Ran all = host.run("apply", "--all", "--yes");
        assertThat(flat(all.out())).contains("skipped: lxc:a: " + sentence);
        FakeHost.Ran alone = host.run("apply", "a", "--yes");
        assertThat(alone.said()).containsExactly("refused: " + sentence);
        assertThat(all.exit()).isEqualTo(alone.exit()).isEqualTo(exit);
    }

    private static String flat(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @Test
    void whatIsNotOursIsAFindingOnlyForWhoNamesIt() {
        host.lxc("a").unchangeable =
                new Decision.LeftOut("it is a template", Decision.Weight.NOT_OURS);
        assertThat(host.run("apply", "--all", "--yes").exit()).isZero();
        assertThat(host.run("apply", "a", "--yes").exit()).isEqualTo(1);
    }

    @Test
    void oneThatCannotBeReadDoesNotKeepTheOthersFromBeingChanged() {
        sick("a").unreadable = true;
        FakeContainer b = sick("b");
        FakeHost.Ran ran = host.run("apply", "--all", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(flat(ran.out())).contains("skipped: lxc:a: 'a' ended or restarted");
        assertThat(b.config).endsWith("lxc.cap.drop = sys_rawio\n");
    }

    @Test
    void whoDeclinesChangesNothing() {
        FakeContainer a = sick("a");
        String before = a.config;
        host.interactive = true;
        host.answers = "n\n";
        FakeHost.Ran ran = host.run("apply", "--all");
        assertThat(ran.err())
                .contains("1 container will be shut down and started again in this order")
                .contains("nothing was changed");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(a.config).isEqualTo(before);
    }
}
