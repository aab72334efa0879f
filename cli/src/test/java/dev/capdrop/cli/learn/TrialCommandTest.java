package dev.capdrop.cli.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Evidence.Quota;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `trial` on a host in memory.
final class TrialCommandTest {
    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web")
                    .works("ssh.service")
                    .needs("chown", "owner.service")
                    .needs("net_bind_service", "port.service");

    private FakeHost.Ran trial(String... more) {
        String[] words = new String[more.length + 2];
        words[0] = "trial";
        words[1] = "web";
        System.arraycopy(more, 0, words, 2, more.length);
        return host.run(words);
    }

    @Test
    void asManyCopiesRunAtATimeAsQuotasAndProcessorsAllow() {
        assertThat(TrialLimits.parallel(List.of(), 16)).isEqualTo(1);
        assertThat(TrialLimits.parallel(List.of(keys(100_000, 60, 200)), 16)).isEqualTo(2);
        assertThat(TrialLimits.parallel(List.of(keys(100_000, 150, 200)), 16)).isEqualTo(1);
        assertThat(TrialLimits.parallel(List.of(keys(100_000, 60, 20_000)), 4)).isEqualTo(4);
        assertThat(TrialLimits.parallel(List.of(keys(-1, 60, 200)), 16))
                .as("a copy has one of its own")
                .isEqualTo(8);
        assertThat(TrialLimits.parallel(List.of(keys(100_000, 0, Long.MAX_VALUE)), 2)).isEqualTo(2);
    }

    private static Quota keys(long user, long used, long limit) {
        return new Quota(Quota.Kind.KEYS, user, used, limit, 0);
    }

    @Test
    void theSetThatIsKeptIsExactlyWhatUnitsNeed() {
        FakeHost.Ran ran = trial();
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out())
                .contains("needs 2 of 41 capabilities")
                .contains("kept: chown; without it owner.service: active -> skipped")
                .contains("kept: net_bind_service; without it port.service: active -> skipped");
    }

    @Test
    void theContainerItselfIsLeftAlone() {
        String config = web.config;
        assertThat(trial().exit()).isZero();
        assertThat(web.running).isTrue();
        assertThat(web.starts).isZero();
        assertThat(web.config).isEqualTo(config);
        assertThat(host.journal.entries).isEmpty();
        assertThat(host.copies).isEmpty();
        assertThat(host.copiesMade).isPositive();
    }

    @Test
    void whatWasFoundCanBeAppliedAsItIsPrinted() {
        String line =
                trial("--keep", "sys_admin")
                        .out()
                        .lines()
                        .map(String::strip)
                        .filter(one -> one.contains("capdrop apply "))
                        .findFirst()
                        .orElseThrow();
        String command = line.substring(line.indexOf("apply ")).replaceFirst(" {3}.*", "");
        String[] words = (command + " --yes").split(" ");
        FakeHost.Ran applied = host.run(words);
        assertThat(applied.exit()).as(applied.toString()).isZero();
        assertThat(web.holds("chown")).isTrue();
        assertThat(web.holds("net_bind_service")).isTrue();
        assertThat(web.holds("mknod")).isFalse();
    }

    @Test
    void aProbeKeepsWhatOnlyItNeeds() {
        host.probe = "ping -c1 localhost";
        host.probeNeeds = "net_raw";
        FakeHost.Ran ran = trial("--probe", "ping -c1 localhost");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out())
                .contains("needs 3 of 41")
                .contains("kept: net_raw; without it 'ping -c1 localhost': status 0 -> status 7");
    }

    @Test
    void aProbeThatFailsAnywayIsRefused() {
        FakeHost.Ran ran = trial("--probe", "false");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said().getLast())
                .startsWith(
                        "the probe 'false' fails in a copy with the unchanged configuration (status 127)");
        assertThat(host.copies).isEmpty();
    }

    @Test
    void aProbeThatBeginsLikeAnOptionIsRefused() {
        FakeHost.Ran ran = trial("--probe=-c");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said().getLast()).contains("--probe '-c': expected a command");
        assertThat(host.copiesMade).isZero();
    }

    @Test
    void aBudgetEndsItWithWhatWasShownSoFar() {
        FakeHost.Ran ran = trial("--boots", "7");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).contains("not proven: it has booted").contains("may need");
        assertThat(host.copiesMade).isLessThanOrEqualTo(7);
    }

    @Test
    void aBudgetForNothingIsRefused() {
        assertThat(trial("--boots", "4").said().getLast())
                .contains("--boots 4: expected 5 or more");
        assertThat(trial("--parallel", "0").exit()).isEqualTo(2);
        assertThat(host.copiesMade).isZero();
    }

    /// Its losses are those of a host that has nothing left, or of chance.
    @Test
    void aBootThatDoesNotComeUpIsTriedOnceMore() {
        host.brokenCopy = 3;
        FakeHost.Ran ran = trial("--goal", "none", "--drop", "mknod");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out()).contains("needs 0 of 1 capabilities").contains("can go: mknod");
        assertThat(ran.err())
                .contains("boot 3, without mknod: loses the boot: ended -> it does not start");
    }

    @Test
    void aContainerThatDoesNotWorkUnchangedShowsNothing() {
        host.brokenCopy = 1;
        FakeHost.Ran ran = trial();
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said())
                .containsExactly(
                        "a copy with the unchanged configuration does not come up, so that nothing can be compared: it does not start");
    }

    @Test
    void copiesThatAreSpoiltBeforeAnythingIsDroppedEndTheTrialWithThatSentence() {
        web.works("dbus.service");
        web.brokenInCopies = "dbus.service";
        FakeHost.Ran ran = trial();
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.said())
                .endsWith(
                        "a copy with the unchanged configuration is not like 'lxc:web', so that nothing can be compared; these fail in it and not there (--allow-skip leaves one out): dbus.service");
        assertThat(host.copies).isEmpty();
        assertThat(trial("--allow-skip", "dbus").exit()).isNotEqualTo(2);
    }

    @Test
    void whatRunsInTheContainerAndInNoCopyIsNotProven() {
        web.works("manual.service");
        web.notInCopies = "manual.service";
        FakeHost.Ran ran = trial();
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.out())
                .contains("may need 2 of 41")
                .contains(
                        "not tried: they run in the container, but not in its copies: manual.service");
        assertThat(trial("--json").out())
                .contains("\"proven\" : false")
                .containsPattern("\"notTried\" : \\[\\s*\"manual.service\"");
        assertThat(trial("--allow-skip", "manual").exit()).isZero();
    }

    /// The third copy is the first without mknod; it loses a unit that needs nothing.
    @Test
    void aFailureByChanceKeepsNothing() {
        host.flakyCopy = 3;
        FakeHost.Ran ran = trial("--goal", "none", "--drop", "mknod");
        assertThat(ran.err()).contains("boot 3, without mknod: loses ssh.service");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out()).contains("needs 0 of 1").contains("can go: mknod");
    }

    @Test
    void whereNoCopyCanBeMadeTheOthersAreWaitedForAndItEndsInOneSentence() {
        host.impossibleCopy = 6;
        FakeHost.Ran ran = trial("--parallel", "4");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.said().getLast()).isEqualTo("no room");
        assertThat(host.copies).isEmpty();
    }

    @Test
    void aUnitThatMayBeLostKeepsNothing() {
        FakeHost.Ran ran = trial("--allow-skip", "owner");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out()).contains("needs 1 of 41").doesNotContain("kept: chown");
    }

    @Test
    void whatIsToBeKeptIsNotTried() {
        FakeHost.Ran ran = trial("--keep", "mknod,chown");
        assertThat(ran.out()).contains("needs 1 of 39").doesNotContain("kept: mknod");
    }

    @Test
    void severalCopiesAtATimeFindTheSame() {
        assertThat(trial("--parallel", "4").out()).contains("needs 2 of 41");
    }

    @Test
    void theReportAsJsonHasEachBootAndWhatItLost() {
        FakeHost.Ran ran = trial("--json");
        assertThat(ran.out())
                .contains("\"schema\" : \"capdrop/trial/1\"")
                .contains("\"proven\" : true")
                .contains("\"kind\" : \"unit\"");
    }

    /// A boot that did not ask for it shows nothing of the work that does.
    @Test
    void whatWasSeenInUseAtWorkIsNotAdvisedToBeDropped() {
        learns("ssh.service", "sys_chroot", 9, 0);
        FakeHost.Ran ran = trial("--goal", "none", "--drop", "sys_chroot,mknod");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(words(ran.out()))
                .contains("may need 0 of 2 capabilities")
                .contains(
                        "kept, not settled: sys_chroot; no copy missed it at its boot, but at work it was used by ssh.service (9 times). A --probe that has that work done in a copy would settle it")
                .contains("can go: mknod")
                .contains("capdrop apply lxc:web --goal none --drop mknod ")
                .doesNotContain("works without the others");
        FakeHost.Ran alone = trial("--goal", "none", "--drop", "sys_chroot");
        assertThat(alone.exit()).isEqualTo(1);
        assertThat(alone.out()).contains("can go: none").doesNotContain("capdrop apply");
        assertThat(trial("--goal", "none", "--drop", "sys_chroot", "--json").out())
                .containsPattern(
                        "\"seenAtWork\" : \\[\\s*\\{\\s*\"capability\" : \"sys_chroot\",\\s*\"settled\" : false,\\s*\"uses\" : \\[\\s*\\{\\s*\"unit\" : \"ssh.service\",\\s*\"times\" : 9")
                .contains("\"proven\" : false");
    }

    /// Whatever passes, it says nothing of work that it does not have done.
    @Test
    void aProbeSettlesWhatItHasTheSameUnitUse() {
        learns("ssh.service", "sys_chroot", 9, 0);
        host.probe = "ssh -V";
        String[] probed = {"--goal", "none", "--drop", "sys_chroot", "--probe", "ssh -V"};
        uses("other.service", "sys_chroot");
        uses("ssh.service", "chown");
        FakeHost.Ran idle = trial(probed);
        assertThat(idle.exit()).as(idle.toString()).isEqualTo(1);
        assertThat(words(idle.out()))
                .contains(
                        "kept, not settled: sys_chroot; no copy missed it at its boot, but at work it was used by ssh.service (9 times), and no probe had it use it. A --probe that has that work done in a copy would settle it")
                .contains("can go: none");
        uses("ssh.service", "sys_chroot");
        FakeHost.Ran works = trial(probed);
        assertThat(works.exit()).as(works.toString()).isZero();
        assertThat(words(works.out()))
                .contains(
                        "seen at work: sys_chroot, used by ssh.service (9 times); all that was probed works without it")
                .contains("can go: sys_chroot");
        host.probeNeeds = "sys_chroot";
        FakeHost.Ran fails = trial(probed);
        assertThat(fails.exit()).isZero();
        assertThat(fails.out()).contains("kept: sys_chroot; without it 'ssh -V'");
    }

    @Test
    void whereNobodySeesWhatAProbeHasDoneItSettlesNothing() {
        learns("ssh.service", "sys_chroot", 9, 0);
        host.probe = "ssh -V";
        host.unwatchable = "this kernel tells nobody";
        FakeHost.Ran ran = trial("--goal", "none", "--drop", "sys_chroot", "--probe", "ssh -V");
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
        assertThat(words(ran.out()))
                .contains(
                        "used by ssh.service (9 times), and whether a probe has that work done cannot be seen here: this kernel tells nobody");
    }

    private void uses(String unit, String capability) {
        int number = Capability.of(capability).number();
        host.tallies.add(new Tally(unit, number, Observation.Meaning.USED, 1, 10, 20));
    }

    @Test
    void whatWasSeenInUseInBootsOnlyIsSettledByTheBootsOfCopies() {
        learns("ssh.service", "sys_chroot", 9, 1000);
        FakeHost.Ran ran = trial("--goal", "none", "--drop", "sys_chroot");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(ran.out()).contains("can go: sys_chroot").doesNotContain("at work");
    }

    /// @param bootUntil until when it is a boot's; the use is seen at 20
    private void learns(String unit, String capability, long times, long bootUntil) {
        Tally tally =
                new Tally(
                        unit,
                        Capability.of(capability).number(),
                        Observation.Meaning.USED,
                        times,
                        10,
                        20);
        Observation seen =
                new Observation(
                        host.now,
                        false,
                        CapabilitySet.upTo(FakeContainer.LAST),
                        List.of(tally),
                        new Coverage(
                                700,
                                1,
                                0,
                                Coverage.End.TIME,
                                List.of(unit),
                                CapabilitySet.EMPTY,
                                Map.of(),
                                Coverage.UnitResults.NONE),
                        bootUntil);
        host.learnt.put(web.id, UseHistory.none(host.identity, host.now).plus(seen, host.now));
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @Test
    void onlyProxmoxVeCopiesFromASnapshot() {
        FakeHost.Ran ran = trial("--snapshot", "good");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.said().getLast())
                .isEqualTo(
                        "--snapshot: only copies of containers of Proxmox VE are made of a snapshot; leave it out");
        assertThat(host.copiesMade).isZero();
    }
}
