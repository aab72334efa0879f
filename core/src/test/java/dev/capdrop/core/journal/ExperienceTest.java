package dev.capdrop.core.journal;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.Experience.SinceDrop;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExperienceTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final CapabilitySet MODULE = CapabilitySet.of("sys_module");
    private static final Instant AT = Instant.parse("2026-03-03T10:00:00Z");
    private static final CapabilitySet LIMITED =
            CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_rawio"));

    private static Sketch limited() {
        return new Sketch()
                .bounding(LIMITED)
                .wanted(
                        "sys-kernel-debug.mount",
                        "inactive",
                        "dead",
                        needs("CAP_SYS_RAWIO", FAILED))
                .withLines("What=debugfs", "Where=/sys/kernel/debug", "Type=debugfs");
    }

    private static JournalEntry entry(Snapshot before) {
        String path = before.container().configPath();
        return new JournalEntry(
                "id",
                "lxc:c1",
                Instant.EPOCH,
                JournalEntry.Phase.APPLIED,
                new JournalEntry.Asked(CapabilitySet.of("sys_module"), Set.of()),
                new ConfigEdit(path, "", "", CapabilitySet.EMPTY, CapabilitySet.EMPTY, false),
                before,
                "");
    }

    @Test
    void whatPid1WasWithoutBeforeAnyChangeOfOursIsNotBackAtTheNextStart() {
        Snapshot now =
                limited()
                        .bounding(LIMITED.minus(CapabilitySet.of("sys_module")))
                        .config("lxc.cap.drop = sys_module\n")
                        .draw();
        Experience experience = new Experience(List.of(entry(limited().draw())));
        assertThat(experience.neverHeld()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(experience.nextStart(now, TimeLimit.NONE)).isEqualTo(StartReview.SAME);
        assertThat(Experience.NONE.nextStart(now, TimeLimit.NONE).inVain()).hasSize(1);
    }

    @Test
    void noPlanDropsWhatPid1NeverHeld() {
        Snapshot now = limited().draw();
        assertThat(Planner.plan(now, Request.HEALTHY).orElseThrow().drop())
                .isEqualTo(CapabilitySet.of("sys_rawio"));
        Snapshot limited = new Experience(List.of(entry(now))).limited(now);
        assertThat(Planner.plan(limited, Request.HEALTHY).orElseThrow().drop().isEmpty()).isTrue();
        assertThat(Experience.NONE.limited(now)).isSameAs(now);
    }

    @Test
    void norWhatItsOwnConfigurationTakesFromIt() {
        Snapshot read = limited().draw();
        Snapshot now = read.with(requireNonNull(read.init()).limitedTo(LIMITED));
        assertThat(Planner.plan(now, Request.HEALTHY).orElseThrow().drop().isEmpty()).isTrue();
        assertThat(Experience.NONE.nextStart(now, TimeLimit.NONE)).isEqualTo(StartReview.SAME);
    }

    @Test
    void whatAUnitIsRefusedSinceADropIsCounted() {
        UseHistory learnt =
                UseHistory.none("it", AT).plus(refused("web.service", 4, 60), AT.plusSeconds(99));
        assertThat(sinceDrop(learnt, ALL.minus(MODULE)).refused())
                .extracting(SinceDrop.Refused::unit, SinceDrop.Refused::count)
                .containsExactly(tuple("web.service", 4L));
        assertThat(sinceDrop(learnt, ALL)).as("PID 1 holds it still").isEqualTo(SinceDrop.NOTHING);
        assertThat(new Experience(List.of()).sinceDrop(new Sketch().draw().withLearnt(learnt)))
                .isEqualTo(SinceDrop.NOTHING);
    }

    /// It runs as another user, say.
    @Test
    void whatAUnitWasRefusedBeforeAsWellIsNotForTheDrop() {
        UseHistory always =
                UseHistory.none("it", AT)
                        .plus(refused("web.service", 4, -60), AT)
                        .plus(refused("web.service", 4, 60), AT.plusSeconds(99));
        assertThat(sinceDrop(always, ALL.minus(MODULE))).isEqualTo(SinceDrop.NOTHING);
        UseHistory used =
                always.plus(seen("web.service", Meaning.USED, 1, -90), AT.plusSeconds(99));
        assertThat(sinceDrop(used, ALL.minus(MODULE)).refused())
                .extracting(SinceDrop.Refused::count, SinceDrop.Refused::usedBefore)
                .containsExactly(tuple(0L, true));
        assertThat(sinceDrop(UseHistory.none("it", AT).plus(refused("a", 4, -60), AT), ALL))
                .isEqualTo(SinceDrop.NOTHING);
    }

    private static SinceDrop sinceDrop(UseHistory learnt, CapabilitySet held) {
        Snapshot before = new Sketch().draw();
        JournalEntry drop =
                new JournalEntry(
                        "id",
                        "lxc:c1",
                        AT,
                        JournalEntry.Phase.APPLIED,
                        new JournalEntry.Asked(MODULE, Set.of()),
                        new ConfigEdit("/c", "", "x", MODULE, CapabilitySet.EMPTY, false),
                        before,
                        "");
        Snapshot now = new Sketch().bounding(held).draw().withLearnt(learnt);
        return new Experience(List.of(drop)).sinceDrop(now);
    }

    private static Observation refused(String unit, long count, long second) {
        return seen(unit, Meaning.MISSED, count, second);
    }

    private static Observation seen(String unit, Meaning meaning, long count, long second) {
        long nanos = second * 1_000_000_000L;
        Tally tally = new Tally(unit, 16, meaning, count, nanos, nanos);
        Coverage coverage =
                new Coverage(
                        9,
                        0,
                        0,
                        Coverage.End.TIME,
                        List.of(unit),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return new Observation(AT, false, ALL, List.of(tally), coverage, 0);
    }
}
