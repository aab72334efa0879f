package dev.capdrop.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.forecast.Undecided;
import dev.capdrop.core.observe.Coverage;
import dev.capdrop.core.observe.Meaning;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Isolation;
import dev.capdrop.core.snapshot.Programs;
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
            for (String one : asked) {
                tallies.add(new Tally(unit, Capability.of(one).number(), meaning, 1, 1, 1));
            }
            List<String> units = Stream.of(unit, "web.service").distinct().toList();
            Coverage coverage = new Coverage(9, 1, lost, Coverage.End.TIME, units);
            all =
                    all.plus(
                            new Observation(NOW, false, CapabilitySet.EMPTY, tallies, coverage),
                            NOW);
        }
        return all;
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
                            Map.of("web.service", "old"));
            Tally raw = new Tally("web.service", 13, Meaning.USED, 1, 1, 1);
            Observation boot =
                    new Observation(NOW, false, CapabilitySet.EMPTY, List.of(raw), coverage);
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
                        new Coverage(9, 0, 0, Coverage.End.TIME, List.of("web.service")));
        assertThat(open(without("chown", UseHistory.none("it", NOW).plus(noBoot, NOW))))
                .containsExactly("web.service");
        assertThat(open(without("chown", boots(9, 1, Meaning.USED))))
                .containsExactly("web.service");
    }

    /// Seen on Debian 13 without setpcap: systemd-journal-flush, which asks for nothing, fails with
    /// systemd-journald.
    @Test
    void aRecordTellsNothingOfAServiceOnceAnotherOneThatItComesAfterMayFail() {
        Sketch sketch = sketch().running("talks.service", after("web.service"), "ExecStart=/t");
        UseHistory learnt =
                boots("web.service", 1, 0, Meaning.USED, "chown")
                        .plus(
                                new Observation(
                                        NOW,
                                        false,
                                        CapabilitySet.EMPTY,
                                        List.of(),
                                        new Coverage(
                                                9,
                                                1,
                                                0,
                                                Coverage.End.TIME,
                                                List.of("talks.service"))),
                                NOW);
        Plan plan = without(sketch, "chown", learnt);
        assertThat(open(plan)).containsExactlyInAnyOrder("web.service", "talks.service");
        assertThat(plan.forecast().undecided())
                .anyMatch(one -> one.why().startsWith("was watched only beside web.service"));
        assertThat(open(without(sketch, "net_raw", learnt))).isEmpty();
    }

    @Test
    void whatNoWatchedBootStartedIsOpenAnywayAndMayStillMissIt() {
        Sketch sketch = sketch().running("job.timer");
        sketch.idle("job.service", Sketch.triggeredBy("job.timer"));
        assertThat(byDrop(without(sketch, "chown", null))).contains("job.service");
        Plan plan = without(sketch, "chown", boots(1, 0, Meaning.USED));
        assertThat(byDrop(plan)).isEmpty();
        Undecided job = plan.forecast().undecided().getFirst();
        assertThat(job.unit()).isEqualTo("job.service");
        assertThat(job.why()).startsWith("started on demand only, as in none of 1 watched boots; ");
        assertThat(job.capabilities()).isEqualTo(CapabilitySet.of("chown"));
    }

    /// It ends with a status that its unit calls a success, and another unit need not.
    @Test
    void systemdTmpfilesStartsWithoutWhatItWasSeenToUse() {
        String unit = "systemd-tmpfiles-setup.service";
        UseHistory learnt = boots(unit, 1, 0, Meaning.USED, "chown", "net_raw");
        assertThat(open(without(tmpfiles(unit), "chown", learnt))).isEmpty();
        assertThat(open(without(tmpfiles(unit), "net_raw", learnt))).containsExactly(unit);
        assertThat(open(without(tmpfiles(unit), "chown", null))).containsExactly(unit);
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
    void aWatchedProgramThatIsKnownToBeLocalDoesNotMissTheLoopbackInterface() {
        String unit = "systemd-user-sessions.service";
        Sketch sketch =
                new Sketch()
                        .config("")
                        .isolation(new Isolation(100000, false, false))
                        .programs(new Programs(List.of(), true, List.of()))
                        .running(unit, "ExecStart=/usr/lib/systemd/systemd-user-sessions")
                        .running("web.service", "ExecStart=/usr/bin/web");
        assertThat(open(without(sketch, "net_admin", null)))
                .containsExactlyInAnyOrder(unit, "web.service");
        assertThat(open(without(sketch, "net_admin", boots(unit, 1, 0, Meaning.USED))))
                .containsExactly("web.service");
    }

    /// A use is no proof of need, and to be refused it is no proof of the opposite.
    @Test
    void whatWasAskedForStaysOpenGrantedOrNot() {
        assertThat(open(without("chown", boots(3, 0, Meaning.MISSED, "chown"))))
                .containsExactly("web.service");
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
}
