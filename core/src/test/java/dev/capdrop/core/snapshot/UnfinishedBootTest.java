package dev.capdrop.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Systemd.UnfinishedBoot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnfinishedBootTest {
    private static final Duration SOON = Duration.ofSeconds(12);

    @Test
    void whatSystemdWorksOnIsNamedAndWhatWaitsForThatIsNot() {
        Snapshot snapshot = new Sketch().state("starting").job("hang.service", "start").draw();
        UnfinishedBoot boot = UnfinishedBoot.of(snapshot);
        assertThat(boot).isNotNull();
        assertThat(boot.sentence()).isEqualTo("waiting for hang.service, 300 s");
        assertThat(UnfinishedBoot.of(new Sketch().job("tick.service", "start").draw())).isNull();
    }

    @Test
    void ofManyUnitsSomeAreNamedAndWhereSystemdNamesNoneTheJobsAreCounted() {
        List<String> units = List.of("a.service", "b.service", "c.service", "d.service");
        assertThat(new UnfinishedBoot(units, 9, SOON).sentence())
                .isEqualTo("waiting for a.service, b.service, c.service and 1 more, 12 s");
        assertThat(new UnfinishedBoot(List.of(), 9, SOON).sentence())
                .isEqualTo("waiting for 9 jobs, 12 s");
    }

    @Test
    void aBootHangsOnceItsJobsAreOlderThanTheLimitThatMostHave() {
        List<String> hang = List.of("hang.service");
        assertThat(new UnfinishedBoot(hang, 1, Duration.ofSeconds(90)).hangs()).isFalse();
        assertThat(new UnfinishedBoot(hang, 1, Duration.ofSeconds(110)).hangs()).isTrue();
        assertThat(new UnfinishedBoot(List.of(), 1, Duration.ofHours(1)).hangs()).isFalse();
    }
}
