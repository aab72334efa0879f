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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        UseHistory all = UseHistory.none("it", NOW);
        for (int i = 0; i < boots; i++) {
            List<Tally> tallies = new ArrayList<>();
            for (String one : asked) {
                tallies.add(
                        new Tally("web.service", Capability.of(one).number(), meaning, 1, 1, 1));
            }
            Coverage coverage = new Coverage(9, 1, lost, Coverage.End.TIME, List.of("web.service"));
            all =
                    all.plus(
                            new Observation(NOW, false, CapabilitySet.EMPTY, tallies, coverage),
                            NOW);
        }
        return all;
    }

    private static Plan without(String capability, @Nullable UseHistory learnt) {
        Request drop =
                new Request(Goal.NONE, CapabilitySet.of(capability), CapabilitySet.EMPTY, Set.of());
        return Planner.plan(sketch().draw().withLearnt(learnt), drop);
    }

    private static List<String> open(Plan plan) {
        return plan.forecast().undecided().stream().map(Undecided::unit).toList();
    }

    @Test
    void whatNobodyHasWatchedIsLeftOpen() {
        assertThat(open(without("chown", null))).containsExactly("web.service");
    }

    @Test
    void aServiceThatNeverAskedForItInThreeWholeBootsStartsWithoutIt() {
        Plan plan = without("chown", boots(3, 0, Meaning.USED, "net_raw"));
        assertThat(open(plan)).isEmpty();
        assertThat(plan.forecast().changes()).isEmpty();
        assertThat(plan.remarks().unseen())
                .anyMatch(one -> one.startsWith("that 1 unit starts without chown rests on"));
        assertThat(open(without("net_raw", boots(3, 0, Meaning.USED, "net_raw"))))
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
    void twoBootsAreNotEnoughNorAreThoseWithLosses() {
        assertThat(open(without("chown", boots(2, 0, Meaning.USED))))
                .containsExactly("web.service");
        assertThat(open(without("chown", boots(9, 1, Meaning.USED))))
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
        Plan plan = Planner.plan(user.draw().withLearnt(boots(5, 0, Meaning.USED)), drop);
        assertThat(plan.conflicts()).isNotEmpty();
    }
}
