package dev.capdrop.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What was learnt settles what a service does with a capability, and nothing else.
class LearntForecastTest {
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");

    private static final int SYS_RESOURCE = Capability.of("sys_resource").number();

    private static Sketch sketch() {
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(List.of(), true, List.of()))
                .running("web.service", "ExecStart=/usr/bin/web");
    }

    private static UseHistory boots(int boots, long lost, Meaning meaning, String... asked) {
        return boots("web.service", boots, lost, meaning, asked);
    }

    private static UseHistory boots(
            String unit, int boots, long lost, Meaning meaning, String... asked) {
        UseHistory all = UseHistory.none("it", NOW);
        for (int i = 0; i < boots; i++) {
            List<Tally> tallies = new ArrayList<>();
            // whatever is executed makes some check
            tallies.add(new Tally(unit, SYS_RESOURCE, Meaning.NEVER_HONOURED, 2, 1, 1));
            tallies.add(new Tally("web.service", SYS_RESOURCE, Meaning.NEVER_HONOURED, 2, 1, 1));
            for (String one : asked) {
                tallies.add(new Tally(unit, Capability.of(one).number(), meaning, 1, 1, 1));
            }
            List<String> units = Stream.of(unit, "web.service").distinct().toList();
            Coverage coverage =
                    new Coverage(
                            9,
                            1,
                            lost,
                            Coverage.End.TIME,
                            units,
                            CapabilitySet.EMPTY,
                            Map.of(),
                            Coverage.UnitResults.NONE);
            all =
                    all.plus(
                            new Observation(NOW, false, CapabilitySet.EMPTY, tallies, coverage, 0),
                            NOW);
        }
        return all;
    }

    /// A whole boot in which this unit asked for nothing that counts.
    private static Observation of(String unit) {
        Tally some = new Tally(unit, SYS_RESOURCE, Meaning.NEVER_HONOURED, 2, 1, 1);
        Coverage coverage =
                new Coverage(
                        9,
                        1,
                        0,
                        Coverage.End.TIME,
                        List.of(unit),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return new Observation(NOW, false, CapabilitySet.EMPTY, List.of(some), coverage, 0);
    }

    private static Plan without(String capability, @Nullable UseHistory learnt) {
        return without(sketch(), capability, learnt);
    }

    private static Plan without(Sketch sketch, String capability, @Nullable UseHistory learnt) {
        Request drop =
                new Request(Goal.NONE, CapabilitySet.of(capability), CapabilitySet.EMPTY, Set.of());
        return Planner.plan(sketch.draw().withLearnt(learnt), drop).orElseThrow();
    }

    private static List<String> byDrop(Plan plan) {
        return plan.forecast().undecided().stream()
                .filter(Undecided::byDrop)
                .map(Undecided::unit)
                .toList();
    }

    private static Dependencies after(String unit) {
        return Dependencies.NONE.with(Dependency.AFTER, unit);
    }

    private static List<String> open(Plan plan) {
        return plan.forecast().undecided().stream().map(Undecided::unit).toList();
    }

    @Test
    void whatNobodyHasWatchedIsLeftOpen() {
        assertThat(open(without("chown", null))).containsExactly("web.service");
    }

    @Test
    void aServiceThatNeverAskedForItInAWholeBootStartsWithoutIt() {
        Plan plan = without("chown", boots(1, 0, Meaning.USED, "net_raw"));
        assertThat(open(plan)).isEmpty();
        assertThat(plan.forecast().changes()).isEmpty();
        assertThat(plan.remarks().unseen())
                .anyMatch(one -> one.startsWith("that 1 unit starts without chown rests on"));
        assertThat(open(without("net_raw", boots(1, 0, Meaning.USED, "net_raw"))))
                .containsExactly("web.service");
    }

    @Test
    void whatItWasSeenToUseIsSaidAndProvesNoNeed() {
        Plan plan = without("chown", boots(3, 0, Meaning.USED, "chown"));
        assertThat(plan.forecast().undecided().getFirst().why())
                .endsWith("in its bounding set, and was seen to use chown");
    }

    @Test
    void whatWasLearntBeforeAnUpgradeIsSaidToBeAndSettlesNothing() {
        UseHistory learnt = UseHistory.none("it", NOW);
        for (int i = 0; i < 3; i++) {
            Coverage coverage =
                    new Coverage(
                            9,
                            1,
                            0,
                            Coverage.End.TIME,
                            List.of("web.service"),
                            CapabilitySet.EMPTY,
                            Map.of("web.service", "old"),
                            Coverage.UnitResults.NONE);
            Tally raw = new Tally("web.service", 13, Meaning.USED, 1, 1, 1);
            Observation boot =
                    new Observation(NOW, false, CapabilitySet.EMPTY, List.of(raw), coverage, 0);
            learnt = learnt.plus(boot, NOW);
        }
        assertThat(open(without("chown", learnt))).isEmpty();
        UseHistory upgraded = learnt.asOf(Map.of("web.service", "new"));
        assertThat(without("chown", upgraded).forecast().undecided().getFirst().why())
                .endsWith("and what was learnt of it was learnt before its upgrade");
        assertThat(without("net_raw", upgraded).forecast().undecided().getFirst().why())
                .endsWith("and was seen to use net_raw before its upgrade");
    }

    @Test
    void aWatchWithoutABootIsNotEnoughNorAreBootsWithLosses() {
        Observation noBoot =
                new Observation(
                        NOW,
                        false,
                        CapabilitySet.EMPTY,
                        List.of(),
                        new Coverage(
                                9,
                                0,
                                0,
                                Coverage.End.TIME,
                                List.of("web.service"),
                                CapabilitySet.EMPTY,
                                Map.of(),
                                Coverage.UnitResults.NONE),
                        0);
        assertThat(open(without("chown", UseHistory.none("it", NOW).plus(noBoot, NOW))))
                .containsExactly("web.service");
        assertThat(open(without("chown", boots(9, 1, Meaning.USED))))
                .containsExactly("web.service");
    }

    /// Seen on Debian 13 without setpcap: systemd-journal-flush, which asks for nothing, fails with
    /// systemd-journald.
    @Test
    void aRecordTellsNothingOfAServiceOnceAnotherOneThatItComesAfterMayFail() {
        Dependencies requiring = after("talks.service").with(Dependency.REQUIRES, "talks.service");
        Sketch sketch =
                sketch().running("talks.service", after("web.service"), "ExecStart=/t")
                        .wanted("a.target", "active", "active", requiring);
        UseHistory learnt =
                boots("web.service", 1, 0, Meaning.USED, "chown").plus(of("talks.service"), NOW);
        Plan plan = without(sketch, "chown", learnt);
        assertThat(open(plan))
                .containsExactlyInAnyOrder("web.service", "talks.service", "a.target");
        assertThat(plan.forecast().undecided())
                .anyMatch(one -> one.why().startsWith("nobody has seen it without web.service"));
        assertThat(open(without(sketch, "net_raw", learnt))).isEmpty();
    }

    @Test
    void whatNoWatchedBootStartedIsUndecidedAnywayAndMayStillMissIt() {
        Sketch sketch = sketch().running("job.timer");
        sketch.idle("job.service", Sketch.triggeredBy("job.timer"));
        assertThat(byDrop(without(sketch, "chown", null))).containsExactly("web.service");
        Plan plan = without(sketch, "chown", boots(1, 0, Meaning.USED));
        assertThat(byDrop(plan)).isEmpty();
        Undecided job = plan.forecast().undecided().getFirst();
        assertThat(job.unit()).isEqualTo("job.service");
        assertThat(job.why()).startsWith("started on demand only, as in none of 1 watched boots; ");
        assertThat(job.capabilities()).isEqualTo(CapabilitySet.of("chown"));
    }

    /// It ends with a status that its unit calls a success, and another unit need not.
    @Test
    void systemdTmpfilesStartsWithoutWhatItUsesWhetherThatWasSeenOrNot() {
        String unit = "systemd-tmpfiles-setup.service";
        UseHistory learnt = boots(unit, 1, 0, Meaning.USED, "chown", "net_raw");
        assertThat(open(without(tmpfiles(unit), "chown", learnt))).isEmpty();
        assertThat(open(without(tmpfiles(unit), "net_raw", learnt))).isEmpty();
        assertThat(open(without(tmpfiles(unit), "chown", null))).isEmpty();
        String other = "tmpfiles.service";
        assertThat(
                        open(
                                without(
                                        tmpfiles(other),
                                        "chown",
                                        boots(other, 1, 0, Meaning.USED, "chown"))))
                .containsExactly(other);
    }

    private static Sketch tmpfiles(String unit) {
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(List.of(), true, List.of()))
                .running(unit, "ExecStart=systemd-tmpfiles");
    }

    @Test
    void whoBecomesAnotherUserByItselfMayMissItsFolderWithoutChown() {
        UseHistory learnt = boots(1, 0, Meaning.USED, "setuid");
        assertThat(without("chown", learnt).forecast().undecided().getFirst().why())
                .startsWith("its folder below /run, if it has one, may stay root's");
        assertThat(open(without("net_raw", learnt))).isEmpty();
    }

    @Test
    void aProgramThatIsKnownToBeLocalDoesNotMissTheLoopbackInterface() {
        String unit = "systemd-user-sessions.service";
        Sketch sketch =
                new Sketch()
                        .config("")
                        .isolation(new Isolation(100000, false, false))
                        .programs(new Programs(List.of(), true, List.of()))
                        .running(unit, "ExecStart=/usr/lib/systemd/systemd-user-sessions")
                        .running("agetty.service", "User=u", "ExecStart=/sbin/agetty")
                        .running("web.service", "User=u", "ExecStart=/usr/bin/web");
        assertThat(open(without(sketch, "net_admin", null))).containsExactly("web.service");
        assertThat(open(without(sketch, "net_admin", boots(unit, 1, 0, Meaning.USED))))
                .containsExactly("web.service");
    }

    /// A use is no proof of need. Who is refused it all along, having given it up, is so without
    /// it.
    @Test
    void whatWasAskedForInVainOnlyIsAskedForInVainWithoutIt() {
        UseHistory used = boots(3, 0, Meaning.USED, "chown");
        UseHistory refused = boots(3, 0, Meaning.MISSED, "chown");
        assertThat(open(without("chown", used))).containsExactly("web.service");
        assertThat(open(without("chown", used.plus(boots(1, Meaning.MISSED, "chown"), NOW))))
                .containsExactly("web.service");
        assertThat(open(without("chown", refused))).isEmpty();
        assertThat(open(without("chown", boots(3, 0, Meaning.NEVER_HONOURED, "chown")))).isEmpty();
    }

    @Test
    void whatSystemdNeedsForItIsNoQuestionOfWhatItWasSeenToDo() {
        Sketch user =
                new Sketch()
                        .isolation(new Isolation(100000, false, false))
                        .programs(new Programs(List.of(), true, List.of()))
                        .running("web.service", "User=web", "ExecStart=/usr/bin/web");
        Request drop =
                new Request(Goal.NONE, CapabilitySet.of("setuid"), CapabilitySet.EMPTY, Set.of());
        Plan plan =
                Planner.plan(user.draw().withLearnt(boots(5, 0, Meaning.USED)), drop).orElseThrow();
        assertThat(plan.conflicts()).isNotEmpty();
    }

    /// Its state hangs on who calls it, as it did before; that it fails then is said all the same.
    @Test
    void whatNoWatchedBootStartedIsUndecidedAnywayAlsoWhereItFailsThen() {
        Sketch sketch = sketch().running("job.timer");
        sketch.idle("job.service", Sketch.triggeredBy("job.timer"));
        sketch.withLines("User=job", "ExecStart=/usr/bin/job");
        assertThat(byDrop(without(sketch, "setuid", null))).containsExactly("web.service");
        Plan plan = without(sketch, "setuid", boots(1, 0, Meaning.USED));
        assertThat(byDrop(plan)).isEmpty();
        Undecided job = plan.forecast().undecided().getFirst();
        assertThat(job.why())
                .startsWith(
                        "started on demand only, as in none of 1 watched boots, and fails then");
        assertThat(job.capabilities()).isEqualTo(CapabilitySet.of("setuid"));
        assertThat(job.isTouchedByDrop()).isTrue();
        UseHistory ran = boots(1, 0, Meaning.USED).plus(of("job.service"), NOW);
        assertThat(byDrop(without(sketch, "setuid", ran))).containsExactly("job.service");
    }

    /// Nothing of others is there when a boot begins, unless it was seen to be.
    @Test
    void whatIsAskedForOfOthersCountsWhereItWasSeen() {
        UseHistory learnt = boots(1, 0, Meaning.USED, "kill", "fsetid");
        assertThat(open(without("kill", learnt))).containsExactly("web.service");
        assertThat(open(without("kill", null))).isEmpty();
        assertThat(open(without("fsetid", learnt))).isEmpty();
    }

    /// Up to systemd 252 each command is one formal check of setpcap, and what is more is its own.
    @Test
    void whatSystemdAsksForInVainIsNoUseOfTheServices() {
        UseHistory one = boots(1, 0, Meaning.USED, "setpcap");
        assertThat(open(without(sketch().version("252.39-1"), "setpcap", one))).isEmpty();
        assertThat(open(without(sketch().version("246.1"), "setpcap", one)))
                .containsExactly("web.service");
        assertThat(open(without(sketch().version("257.8"), "setpcap", one)))
                .containsExactly("web.service");
        UseHistory two = boots(1, 0, Meaning.USED, "setpcap", "setpcap");
        assertThat(open(without(sketch().version("252.39-1"), "setpcap", two)))
                .containsExactly("web.service");
        UseHistory refused = one.plus(boots(1, Meaning.MISSED, "setpcap"), NOW);
        assertThat(open(without(sketch().version("252.39-1"), "setpcap", refused)))
                .containsExactly("web.service");
    }

    /// From systemd 255 on that is so where the unit has ambient capabilities.
    @Test
    void whatSystemdAsksForAmbientCapabilitiesIsNoUseEither() {
        Sketch sketch =
                sketch().version("257.8")
                        .running("raw.service", "AmbientCapabilities=CAP_NET_RAW", "ExecStart=/r");
        UseHistory learnt = boots("raw.service", 1, 0, Meaning.USED, "setpcap");
        assertThat(open(without(sketch, "setpcap", learnt))).isEmpty();
    }

    private static Observation boots(int count, Meaning meaning, String asked) {
        Tally some = new Tally("web.service", Capability.of(asked).number(), meaning, count, 1, 1);
        Coverage coverage =
                new Coverage(
                        9,
                        0,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return new Observation(NOW, false, CapabilitySet.EMPTY, List.of(some), coverage, 0);
    }

    /// systemd-tmpfiles makes it with its mode and hands it over; what it fails at is to set that
    /// mode again. Tor's `install` does miss a set-group-ID bit.
    @Test
    void aFolderBelowRunIsHandedOverWithoutFownerToWhoLooksAtNoMode() {
        Sketch sketch =
                sketch().running("db.service", "User=db", "ExecStart=/usr/sbin/db")
                        .running(
                                "tor.service",
                                "User=tor",
                                "ExecStartPre=/usr/bin/install -m 02755 -d /run/tor",
                                "ExecStart=/usr/bin/tor");
        UseHistory learnt =
                boots(1, 0, Meaning.USED).plus(of("db.service"), NOW).plus(of("tor.service"), NOW);
        assertThat(open(without(sketch, "fowner", null)))
                .containsExactlyInAnyOrder("tor.service", "web.service");
        assertThat(open(without(sketch, "fowner", learnt))).containsExactly("tor.service");
        assertThat(open(without(sketch, "chown", learnt)))
                .containsExactlyInAnyOrder("db.service", "tor.service");
    }

    /// start-stop-daemon(8) and pidof(8) look at each process before the daemon is started, and
    /// many a program at /proc/PID/stat.
    @Test
    void whoMayNotLookAtEachProcessIsStartedAllTheSame() {
        Sketch sketch = sketch().running("old.service", "ExecStart=/etc/init.d/old start");
        UseHistory learnt =
                boots("old.service", 1, 0, Meaning.USED, "sys_ptrace", "chown")
                        .plus(boots(1, Meaning.USED, "sys_ptrace"), NOW);
        assertThat(open(without(sketch, "sys_ptrace", learnt))).isEmpty();
        assertThat(open(without(sketch, "chown", learnt))).containsExactly("old.service");
    }

    /// What docker runs for it lives in another unit, and ends it.
    @Test
    void aRecordTellsNothingOfAServiceWhoseWorkIsDoneElsewhere() {
        Sketch sketch = sketch().running("app.service", "ExecStart=/usr/bin/docker run app");
        UseHistory learnt = boots(1, 0, Meaning.USED).plus(of("app.service"), NOW);
        assertThat(open(without(sketch, "chown", learnt))).containsExactly("app.service");
    }

    private static Sketch waiting(String... othersLines) {
        Dependencies both =
                Dependencies.NONE.with(Dependency.AFTER, "web.service", "other.service");
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(List.of(), true, List.of()))
                .running("web.service", "Type=forking", "Restart=always", "ExecStart=/usr/bin/web")
                .running("other.service", othersLines)
                .running("network.target", both);
    }

    /// A wait for two that are started again and again ends when neither is being started.
    @Test
    void whoIsStartedAtOnceOrFailsAtOnceKeepsNobodyWaitingForLong() {
        UseHistory learnt = boots("other.service", 1, 0, Meaning.USED, "setuid", "chown");
        UseHistory used =
                boots(1, 0, Meaning.USED, "setuid", "chown").plus(of("other.service"), NOW);
        UseHistory both = learnt.plus(boots(1, Meaning.USED, "setuid"), NOW);
        Sketch hangs = waiting("Type=notify", "Restart=always", "ExecStart=/o");
        assertThat(open(without(hangs, "setuid", both))).contains("network.target");
        Sketch simple = waiting("Restart=always", "ExecStart=/o");
        assertThat(open(without(simple, "setuid", null))).contains("network.target");
        assertThat(open(without(simple, "setuid", both))).doesNotContain("network.target");
        Sketch onAbort = waiting("Type=notify", "Restart=on-abort", "ExecStart=/o");
        assertThat(open(without(onAbort, "setuid", both))).doesNotContain("network.target");
        Sketch fails = waiting("Type=notify", "Restart=always", "User=o", "ExecStart=/o");
        assertThat(open(without(fails, "setuid", used))).doesNotContain("network.target");
        Sketch directly =
                waiting(
                        "Type=notify",
                        "Restart=always",
                        "RestartMode=direct",
                        "User=o",
                        "ExecStart=/o");
        assertThat(open(without(directly, "setuid", used))).contains("network.target");
    }

    @Test
    void aStartThatSystemdWaitsForWithoutALimitMayKeepOthersWaiting() {
        Sketch sketch =
                sketch().running(
                                "endless.service",
                                "Type=forking",
                                "TimeoutStartSec=0",
                                "ExecStart=/e")
                        .running(
                                "later.target",
                                Dependencies.NONE.with(Dependency.AFTER, "endless.service"));
        UseHistory learnt =
                boots("endless.service", 1, 0, Meaning.USED, "chown").plus(of("web.service"), NOW);
        assertThat(without(sketch, "chown", learnt).forecast().undecided())
                .extracting(Undecided::unit, Undecided::why)
                .contains(
                        tuple(
                                "later.target",
                                "waits for endless.service, whose start systemd waits for without"
                                        + " a limit"));
        assertThat(open(without(sketch, "net_raw", learnt))).doesNotContain("later.target");
    }
}
