package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeastGoalTest {
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");
    private static final Request LEAST =
            new Request(Goal.LEAST, CapabilitySet.EMPTY, CapabilitySet.EMPTY, Set.of());

    /// Without sys_admin the container does not boot at all.
    private static final CapabilitySet SYSTEMD =
            CapabilitySet.of("setpcap", "kill", "sys_boot", "sys_admin");

    private static Sketch bare() {
        return empty().running("web.service", "ExecStart=/usr/bin/web");
    }

    private static Sketch empty() {
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(List.of(), true, List.of()));
    }

    /// @param used each `UNIT CAPABILITY`
    private static UseHistory record(int boots, long seconds, long lost, String... used) {
        List<Tally> tallies = new ArrayList<>();
        for (String one : used) {
            String[] words = one.split(" ");
            int number = Capability.of(words[1]).number();
            tallies.add(new Tally(words[0], number, Meaning.USED, 1, 1, 1));
        }
        tallies.add(
                new Tally(
                        "web.service",
                        Capability.of("sys_time").number(),
                        Meaning.NEVER_HONOURED,
                        1,
                        1,
                        1));
        Coverage coverage =
                new Coverage(
                        seconds,
                        boots,
                        lost,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return UseHistory.none("it", NOW)
                .plus(new Observation(NOW, false, CapabilitySet.EMPTY, tallies, coverage, 0), NOW);
    }

    private static Plan plan(Sketch sketch, @Nullable UseHistory learnt) {
        return Planner.plan(sketch.draw().withLearnt(learnt), LEAST).orElseThrow();
    }

    private static Kept kept(Plan plan, String capability) {
        return plan.weighing().kept().stream()
                .filter(kept -> kept.capability().equals(Capability.of(capability)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(capability + " is not kept"));
    }

    @Test
    void whatWasUsedStaysAndTheRestGoes() {
        UseHistory learnt = record(2, 3600, 0, "web.service chown", "init.scope sys_admin");
        Plan plan = plan(bare(), learnt);
        assertThat(plan.bounding().minus(SYSTEMD)).isEqualTo(CapabilitySet.of("chown"));
        assertThat(kept(plan, "sys_admin").by()).isEqualTo(Kept.By.USE);
        assertThat(kept(plan, "chown").by()).isEqualTo(Kept.By.USE);
        assertThat(kept(plan, "chown").who()).containsExactly("web.service");
        UseHistory.Covered covered = Objects.requireNonNull(plan.weighing().covered());
        assertThat(covered)
                .isEqualTo(new UseHistory.Covered(3600, 2, 0, CapabilitySet.EMPTY, 3600));
        assertThat(covered.isThin()).isFalse();
        assertThat(plan.weighing().reasons()).allMatch(reason -> reason.text().contains("not "));
    }

    /// A watch need not cover when a unit, or the container, is stopped.
    @Test
    void whatSystemdTakesToStopThingsStays() {
        Plan plan = plan(bare(), record(1, 3600, 0));
        assertThat(plan.bounding()).isEqualTo(SYSTEMD);
        assertThat(kept(plan, "kill").by()).isEqualTo(Kept.By.SYSTEMD);
    }

    @Test
    void withoutARecordNothingIsDroppedAndItIsSaidWhatToRun() {
        Snapshot plain = bare().draw();
        Planner.Result<Plan> refused =
                new Planner.Refused<>(new Refusal.NothingLearnt(plain.container()));
        assertThat(Planner.plan(plain, LEAST)).isEqualTo(refused);
        assertThat(Planner.plan(plain.withLearnt(UseHistory.none("it", NOW)), LEAST))
                .isEqualTo(refused);
    }

    @Test
    void whereChecksWereLostNothingIsCalledUnused() {
        UseHistory lossy = record(2, 3600, 17, "web.service chown");
        Snapshot snapshot = bare().draw().withLearnt(lossy);
        Refusal refusal = new Refusal.ChecksLost(snapshot.container(), lossy.covered());
        assertThat(Planner.plan(snapshot, LEAST)).isEqualTo(new Planner.Refused<>(refusal));
        assertThat(UnitLimits.refusal(snapshot)).isEqualTo(refusal);
    }

    @Test
    void whatNoWatchShowsIsNamed() {
        Sketch sketch =
                bare().skipped(
                                "vpn.service",
                                needs("CAP_NET_ADMIN", SUCCEEDED),
                                file("/etc/vpn.conf", false))
                        .skipped("clock.service", needs("CAP_SYS_TIME", FAILED))
                        .skipped("new.service", file("/etc/old", true));
        assertThat(plan(sketch, record(2, 3600, 0, "web.service sys_ptrace")).remarks().unseen())
                .anyMatch(said -> said.endsWith("vpn.service (ConditionPathExists=/etc/vpn.conf)"))
                .noneMatch(said -> said.contains("clock.service") || said.contains("new.service"))
                .anyMatch(said -> said.contains("without net_raw ping, tcpdump"))
                .noneMatch(said -> said.contains("strace"));
        assertThat(Planner.plan(sketch.draw(), Request.HEALTHY).orElseThrow().remarks().unseen())
                .noneMatch(said -> said.contains("tcpdump"));
    }

    private static Condition.Tested file(String path, boolean negate) {
        return new Condition.Tested(
                new Condition("PathExists", false, negate, path), Condition.Result.FAILED);
    }

    @Test
    void whatWouldSettleAUnitThatKeepsOneIsSaid() {
        Sketch sketch = bare().running("new.service", "ExecStart=/usr/bin/new");
        assertThat(kept(plan(sketch, record(0, 3600, 0)), "chown").settledBy())
                .startsWith("learning which capabilities it uses: capdrop learn --boot");
        assertThat(kept(plan(sketch, record(0, 3600, 0)), "kill").settledBy()).isEmpty();
    }

    @Test
    void ofManyUsersThreeAreNamedAndTheOthersCounted() {
        UseHistory five =
                record(
                        1,
                        3600,
                        0,
                        "a.service chown",
                        "b.service chown",
                        "c.service chown",
                        "d.service chown",
                        "e.service chown");
        assertThat(kept(plan(bare(), five), "chown").why())
                .isEqualTo("seen in use by a.service, b.service, c.service and 2 more");
        UseHistory three =
                record(1, 3600, 0, "a.service chown", "b.service chown", "c.service chown");
        assertThat(kept(plan(bare(), three), "chown").why())
                .isEqualTo("seen in use by a.service, b.service, c.service");
    }

    /// No check of capset(2) is seen, and one capability that is missing has the whole call
    /// refused.
    @Test
    void whatAServiceSetsForItselfStaysThoughNobodySawItUsed() {
        Plan plan = plan(settingItsOwn(CapabilitySet.of("net_raw", "mknod")), watchedOnce());
        assertThat(plan.bounding().minus(SYSTEMD)).isEqualTo(CapabilitySet.of("net_raw", "mknod"));
        assertThat(kept(plan, "mknod").by()).isEqualTo(Kept.By.UNIT);
        assertThat(kept(plan, "mknod").why())
                .isEqualTo("among those that web.service sets for itself");
    }

    @Test
    void whatHoldsAllThatItMayHasSetNothing() {
        Plan plan = plan(settingItsOwn(CapabilitySet.upTo(40)), watchedOnce());
        assertThat(plan.bounding()).isEqualTo(SYSTEMD);
    }

    private static UseHistory watchedOnce() {
        return record(2, 3600, 0, "init.scope sys_admin");
    }

    private static Sketch settingItsOwn(CapabilitySet held) {
        return bare().holding(held);
    }

    @Test
    void whatAUnitThatDoesNotRunWouldBeGivenOrSetForItselfKeepsNothing() {
        Sketch idle =
                bare().wanted("late.service", "failed", "failed")
                        .withLines("AmbientCapabilities=CAP_NET_BIND_SERVICE")
                        .wanted("vsftpd.service", "failed", "failed")
                        .withLines("ExecStart=/usr/sbin/vsftpd");
        assertThat(plan(idle, record(1, 3600, 0)).weighing().kept())
                .extracting(kept -> kept.capability().name())
                .doesNotContain("net_bind_service", "chown");
    }

    @Test
    void programsThatNobodyLookedAtAreAskedFor() {
        Sketch unknown = new Sketch().running("web.service", "ExecStart=/usr/bin/web");
        assertThat(Planner.plan(unknown.draw().withLearnt(record(1, 3600, 0)), LEAST))
                .isEqualTo(new Planner.Refused<>(new Refusal.ProgramsUnknown("lxc:c1")));
    }

    /// What it does at its start was not seen, so that nobody can tell.
    @Test
    void aUnitOfWhichNoBootWasSeenKeepsWhatItMayMiss() {
        Plan unseen = plan(bare(), record(0, 3600, 0));
        assertThat(unseen.bounding().contains(Capability.of("chown"))).isTrue();
        assertThat(kept(unseen, "chown").by()).isEqualTo(Kept.By.UNIT);
        assertThat(kept(unseen, "chown").who()).containsExactly("web.service");
        Coverage after =
                new Coverage(
                        3600,
                        0,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        UseHistory lossy =
                record(1, 3600, 5)
                        .plus(
                                new Observation(
                                        NOW, false, CapabilitySet.EMPTY, List.of(), after, 0),
                                NOW);
        Plan lost = plan(bare(), lossy);
        assertThat(lost.bounding()).isEqualTo(unseen.bounding());
        Plan other =
                plan(bare().running("new.service", "ExecStart=/usr/bin/new"), record(1, 3600, 0));
        assertThat(kept(other, "chown").who()).containsExactly("new.service");
    }

    @Test
    void aRecordIsThinWithoutABootWithoutTimeOrWithLosses() {
        assertThat(new UseHistory.Covered(3600, 0, 0, CapabilitySet.EMPTY, 3600).isThin()).isTrue();
        assertThat(new UseHistory.Covered(30, 1, 0, CapabilitySet.EMPTY, 30).isThin()).isTrue();
        assertThat(new UseHistory.Covered(3600, 1, 1, CapabilitySet.EMPTY, 0).isThin()).isTrue();
        assertThat(new UseHistory.Covered(600, 1, 0, CapabilitySet.EMPTY, 600).isThin()).isFalse();
    }

    /// execve(2) asks no check that a watch could see.
    @Test
    void whatAFileGrantsStaysThoughItWasNotSeen() {
        Programs programs =
                new Programs(List.of(file("/usr/bin/ping", "cap_net_raw=p")), true, List.of());
        Plan plan = plan(bare().programs(programs), record(1, 3600, 0));
        assertThat(kept(plan, "net_raw").by()).isEqualTo(Kept.By.FILE);
        assertThat(kept(plan, "net_raw").who()).containsExactly("/usr/bin/ping");
    }

    @Test
    void whatAnEngineSetsForItsContainersStaysThoughItWasNotSeen() {
        Programs programs = new Programs(List.of(), true, List.of("docker"));
        Plan plan = plan(bare().programs(programs), record(1, 3600, 0));
        assertThat(kept(plan, "mknod").by()).isEqualTo(Kept.By.ENGINE);
    }

    @Test
    void whatAUnitsSettingsTakeStaysThoughItWasNotSeen() {
        Plan ambient =
                plan(
                        empty().running(
                                        "web.service",
                                        "User=web",
                                        "AmbientCapabilities=CAP_NET_BIND_SERVICE",
                                        "ExecStart=/usr/bin/web"),
                        record(1, 3600, 0));
        assertThat(kept(ambient, "net_bind_service").by()).isEqualTo(Kept.By.UNIT);
        Plan condition =
                plan(
                        bare().wanted(
                                        "clock.service",
                                        "active",
                                        "running",
                                        needs("CAP_SYS_TIME", SUCCEEDED)),
                        record(1, 3600, 0));
        assertThat(kept(condition, "sys_time").by()).isEqualTo(Kept.By.UNIT);
        assertThat(condition.conflicts()).isEmpty();
    }

    @Test
    void whatAUnitIsGivenInVainGoes() {
        Plan vain =
                plan(
                        empty().running(
                                        "web.service",
                                        "AmbientCapabilities=CAP_AUDIT_WRITE",
                                        "ExecStart=/usr/bin/web"),
                        record(1, 3600, 0));
        assertThat(vain.bounding()).isEqualTo(SYSTEMD);
    }

    @Test
    void whatIsNamedToBeKeptStays() {
        Request request =
                new Request(Goal.LEAST, CapabilitySet.EMPTY, CapabilitySet.of("net_raw"), Set.of());
        Plan plan =
                Planner.plan(bare().draw().withLearnt(record(1, 3600, 0)), request).orElseThrow();
        assertThat(plan.bounding()).isEqualTo(SYSTEMD.union(CapabilitySet.of("net_raw")));
    }

    private static ProgramFile file(String path, String capabilities) {
        byte[] attribute =
                FileCapabilities.of(CapabilityState.parse(capabilities, 40), null).encode();
        return new ProgramFile(
                path,
                ProgramFile.Reading.READ,
                HexFormat.of().formatHex(attribute),
                false,
                false,
                100000);
    }
}
