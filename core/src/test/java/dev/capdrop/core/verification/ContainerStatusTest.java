package dev.capdrop.core.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.verification.ContainerStatus.Drift;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContainerStatusTest {
    private static final String PLAIN = "lxc.uts.name = c1\n";
    private static final String WITHOUT_RAWIO = PLAIN + "lxc.cap.drop = sys_rawio\n";
    private static final String WITHOUT_BOTH = WITHOUT_RAWIO + "lxc.cap.drop = sys_module\n";
    private static final String GUEST = "arch: amd64\nostype: debian\nunprivileged: 1\n";
    private static final String SNAPSHOT = "\n[before]\n" + GUEST + "snaptime: 1700000000\n";
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final CapabilitySet RAWIO = CapabilitySet.of("sys_rawio");
    private static final CapabilitySet MODULE = CapabilitySet.of("sys_module");
    private static final CapabilitySet NET_RAW = CapabilitySet.of("net_raw");
    private static final Instant FIRST = Instant.parse("2026-01-01T10:30:00Z");

    private static JournalEntry rawio(Phase phase) {
        return entry("1", phase, RAWIO, PLAIN, WITHOUT_RAWIO);
    }

    private static JournalEntry module(Phase phase) {
        return entry("2", phase, MODULE, WITHOUT_RAWIO, WITHOUT_BOTH);
    }

    private static JournalEntry entry(
            String id, Phase phase, CapabilitySet drop, String before, String after) {
        return new JournalEntry(
                id,
                "lxc:c1",
                FIRST,
                phase,
                new JournalEntry.Asked(drop, Set.of()),
                new ConfigEdit(Sketch.CONFIG, before, after, drop, CapabilitySet.EMPTY, false),
                new Sketch().config(before).draw(),
                "");
    }

    /// The container started anew since the entries were made, seen from outside.
    private static Snapshot now(String config, CapabilitySet bounding) {
        Snapshot drawn =
                new Sketch()
                        .startedAt(FIRST.plusSeconds(60))
                        .config(config)
                        .bounding(bounding)
                        .draw();
        return Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                .with(drawn.configuration())
                .with(drawn.init());
    }

    private static List<Drift> drifts(Snapshot now, JournalEntry... entries) {
        return ContainerStatus.of(List.of(entries), now).drifts();
    }

    @Test
    void aContainerAsItWasLeftHasNoDrift() {
        Snapshot now = now(WITHOUT_BOTH, ALL.minus(RAWIO).minus(MODULE));
        ContainerStatus status =
                ContainerStatus.of(List.of(rawio(Phase.APPLIED), module(Phase.APPLIED)), now);
        assertThat(status.drifts()).isEmpty();
        assertThat(status.drop()).isEqualTo(RAWIO.union(MODULE));
        assertThat(status.changes()).extracting(JournalEntry::id).containsExactly("1", "2");
    }

    @Test
    void aLineThatIsGoneIsLostAndPid1MayStillBeWithoutIt() {
        assertThat(drifts(now(PLAIN, ALL), rawio(Phase.APPLIED)))
                .containsExactly(lost(new Drift.Cause.Rewritten(), false));
        assertThat(drifts(now(PLAIN, ALL.minus(RAWIO)), rawio(Phase.APPLIED)))
                .containsExactly(lost(new Drift.Cause.Rewritten(), true));
    }

    @Test
    void whatTheLostDropCostIsNamedAsAcceptedThen() {
        JournalEntry plain = rawio(Phase.APPLIED);
        Snapshot before =
                new Sketch()
                        .config(PLAIN)
                        .wanted(
                                "ntp.service",
                                "active",
                                "running",
                                Sketch.needs("CAP_SYS_RAWIO", Condition.Result.SUCCEEDED))
                        .running("web.service")
                        .draw();
        JournalEntry costly =
                new JournalEntry(
                        plain.id(),
                        plain.target(),
                        plain.at(),
                        plain.phase(),
                        new JournalEntry.Asked(plain.drop(), Set.of()),
                        plain.edit(),
                        before,
                        "");
        assertThat(drifts(now(PLAIN, ALL), costly))
                .containsExactly(
                        new Drift.Lost(
                                RAWIO,
                                Sketch.CONFIG,
                                new Drift.Cause.Rewritten(),
                                false,
                                List.of("ntp.service"),
                                List.of()));
    }

    @Test
    void aLineThatIsUndoneBehindItIsLostButNotRewritten() {
        Snapshot now = now(WITHOUT_RAWIO + "lxc.cap.drop =\n", ALL);
        assertThat(drifts(now, rawio(Phase.APPLIED)))
                .containsExactly(lost(new Drift.Cause.Overruled(), false));
    }

    @Test
    void whatSomebodyElseDropsInOurPlaceIsNotLost() {
        Snapshot now = now("lxc.cap.drop = net_raw 17\n", ALL.minus(RAWIO).minus(NET_RAW));
        assertThat(drifts(now, rawio(Phase.APPLIED))).isEmpty();
    }

    @Test
    void aNameBelongsToTheLastChangeThatPutItThere() {
        JournalEntry again = entry("2", Phase.UNDONE, RAWIO, PLAIN, WITHOUT_RAWIO);
        ContainerStatus status =
                ContainerStatus.of(List.of(rawio(Phase.APPLIED), again), now(PLAIN, ALL));
        assertThat(status.drifts()).isEmpty();
        assertThat(status.drop()).isEqualTo(CapabilitySet.EMPTY);
    }

    @Test
    void aChangeThatCameToNothingTakesNoNameAway() {
        JournalEntry lost = entry("2", Phase.ABANDONED, RAWIO, PLAIN, WITHOUT_RAWIO);
        assertThat(drifts(now(PLAIN, ALL), rawio(Phase.APPLIED), lost))
                .containsExactly(lost(new Drift.Cause.Rewritten(), false));
    }

    @Test
    void aDropWaitsUntilTheContainerIsStartedWithIt() {
        JournalEntry waiting = rawio(Phase.WAITING_FOR_RESTART);
        assertThat(drifts(now(WITHOUT_RAWIO, ALL), waiting))
                .containsExactly(new Drift.Waiting(waiting));
        assertThat(drifts(now(WITHOUT_RAWIO, ALL.minus(RAWIO)), waiting))
                .containsExactly(new Drift.Unverified(waiting));
    }

    @Test
    void aDropThatCouldNotBeVerifiedIsNamedUntilSomebodyLooksAgain() {
        JournalEntry unverified = rawio(Phase.UNVERIFIED);
        assertThat(drifts(now(WITHOUT_RAWIO, ALL.minus(RAWIO)), unverified))
                .containsExactly(new Drift.Unverified(unverified));
    }

    @Test
    void anInterruptedChangeIsNamedAndNothingIsExpectedOfIt() {
        for (Phase phase : List.of(Phase.WRITING, Phase.ROLLING_BACK, Phase.UNDOING)) {
            assertThat(drifts(now(PLAIN, ALL), rawio(phase)))
                    .containsExactly(new Drift.Interrupted(rawio(phase), Drift.Trace.GONE));
        }
    }

    @Test
    void whetherAnInterruptedUndoHasLeftItsChangeInTheFileIsRead() {
        for (Phase phase : List.of(Phase.WRITING, Phase.ROLLING_BACK, Phase.UNDOING)) {
            assertThat(drifts(now(WITHOUT_RAWIO, ALL), rawio(phase)))
                    .contains(new Drift.Interrupted(rawio(phase), Drift.Trace.THERE));
        }
    }

    @Test
    void aRunningSetThatDiffersFromTheFileIsNamedBothWays() {
        assertThat(drifts(now(WITHOUT_BOTH, ALL.minus(RAWIO)), rawio(Phase.APPLIED)))
                .containsExactly(new Drift.StillHolds(MODULE));
        assertThat(drifts(now(PLAIN, ALL.minus(RAWIO)), rawio(Phase.UNDONE)))
                .containsExactly(new Drift.StillLacks(RAWIO));
    }

    @Test
    void whatPid1GaveUpByItselfBeforeOurChangeIsNoDrift() {
        Snapshot limited = new Sketch().config(PLAIN).bounding(ALL.minus(NET_RAW)).draw();
        JournalEntry entry =
                new JournalEntry(
                        "1",
                        "lxc:c1",
                        FIRST,
                        Phase.APPLIED,
                        new JournalEntry.Asked(RAWIO, Set.of()),
                        rawio(Phase.APPLIED).edit(),
                        limited,
                        "");
        Snapshot now = now(WITHOUT_RAWIO, ALL.minus(RAWIO).minus(NET_RAW));
        assertThat(drifts(now, entry)).isEmpty();
    }

    @Test
    void aConfigurationThatDoesNotLoadIsSaidBeforeTheNextStart() {
        Snapshot now = now(WITHOUT_RAWIO + "lxc.cap.keep = net_raw\n", ALL.minus(RAWIO));
        assertThat(drifts(now, rawio(Phase.APPLIED)))
                .singleElement()
                .isInstanceOf(Drift.Unloadable.class);
    }

    private static Drift lost(Drift.Cause cause, boolean runningLacks) {
        return new Drift.Lost(RAWIO, Sketch.CONFIG, cause, runningLacks, List.of(), List.of());
    }

    @Test
    void aContainerWithOtherNetworkCardsWasMadeAnew() {
        String card = "lxc.net.0.hwaddr = 00:16:3e:00:00:0";
        JournalEntry entry =
                entry(
                        "1",
                        Phase.APPLIED,
                        RAWIO,
                        card + "1\n",
                        card + "1\nlxc.cap.drop = sys_rawio\n");
        assertThat(drifts(now(card + "2\n", ALL), entry))
                .containsExactly(lost(new Drift.Cause.MadeAnew(), false));
        assertThat(drifts(now(card + "1\n", ALL), entry))
                .containsExactly(lost(new Drift.Cause.Rewritten(), false));
    }

    private static JournalEntry ofGuest() {
        String after = GUEST + "lxc.cap.drop: sys_rawio\n" + SNAPSHOT;
        return new JournalEntry(
                "1",
                "pve:101",
                FIRST,
                Phase.APPLIED,
                new JournalEntry.Asked(RAWIO, Set.of()),
                new ConfigEdit(
                        "/etc/pve/lxc/101.conf",
                        GUEST + SNAPSHOT,
                        after,
                        RAWIO,
                        CapabilitySet.EMPTY,
                        false),
                guest(GUEST + SNAPSHOT),
                "");
    }

    private static Snapshot guest(String conf) {
        ContainerId id = ContainerId.proxmox("101", "/var/lib/lxc", "/etc/pve/lxc/101.conf");
        return Snapshot.of(FIRST, id, new HostMachine("", "6.12", 40, ALL, null, ""))
                .with(
                        new ConfigurationText(
                                id.configPath(),
                                Map.of(
                                        id.configPath(),
                                        conf,
                                        "/usr/share/lxc/config/common.conf",
                                        "",
                                        "/usr/share/lxc/config/userns.conf",
                                        ""),
                                Map.of(),
                                0,
                                Map.of()));
    }

    @Test
    void whoKnowsOfASnapshotTellsWhereTheLinesCameFrom() {
        ContainerStatus lost =
                ContainerStatus.of(List.of(ofGuest()), guest(ofGuest().edit().before()));
        assertThat(lost.rewritten()).isTrue();
        ContainerStatus back = lost.rolledBackTo("before");
        assertThat(back.rewritten()).isFalse();
        assertThat(back.drifts())
                .containsExactly(
                        new Drift.Lost(
                                RAWIO,
                                "/etc/pve/lxc/101.conf",
                                new Drift.Cause.RolledBack("before"),
                                false,
                                List.of(),
                                List.of()));
    }

    @Test
    void aSnapshotThatWouldLoseItIsNamedAndARollbackIsKnown() {
        ContainerStatus fine =
                ContainerStatus.of(List.of(ofGuest()), guest(ofGuest().edit().after()));
        assertThat(fine.drifts()).isEmpty();
        assertThat(fine.snapshots()).containsExactly("before");
        ContainerStatus back =
                ContainerStatus.of(
                        List.of(ofGuest()), guest(GUEST + "parent: before\n" + SNAPSHOT));
        assertThat(back.drifts())
                .containsExactly(
                        new Drift.Lost(
                                RAWIO,
                                "/etc/pve/lxc/101.conf",
                                new Drift.Cause.RolledBack("before"),
                                false,
                                List.of(),
                                List.of()));
    }

    @Test
    void onAnotherNodeOnlyWhatIsLostThereMatters() {
        Snapshot there = guest(ofGuest().edit().after());
        assertThat(ContainerStatus.elsewhere(List.of(ofGuest()), there, "pve2").drifts()).isEmpty();
        assertThat(ContainerStatus.elsewhere(List.of(ofGuest()), guest(GUEST), "pve2").drifts())
                .containsExactly(new Drift.Elsewhere("pve2", RAWIO, List.of()));
    }

    @Test
    void aContainerThatIsGoneMattersAsLongAsSomethingOfOursWasInIt() {
        Snapshot any = now(PLAIN, ALL);
        assertThat(ContainerStatus.gone(any.container(), List.of(rawio(Phase.APPLIED))).drifts())
                .containsExactly(new Drift.Gone());
        assertThat(ContainerStatus.gone(any.container(), List.of(rawio(Phase.UNDONE))).drifts())
                .isEmpty();
    }
}
