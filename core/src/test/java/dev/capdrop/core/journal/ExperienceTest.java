package dev.capdrop.core.journal;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExperienceTest {
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
                CapabilitySet.of("sys_module"),
                new ConfigEdit(path, "", "", CapabilitySet.EMPTY, CapabilitySet.EMPTY),
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
}
