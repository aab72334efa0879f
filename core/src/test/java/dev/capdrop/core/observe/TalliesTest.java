package dev.capdrop.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import java.util.List;
import org.junit.jupiter.api.Test;

class TalliesTest {
    private final Tallies tallies = new Tallies();

    @Test
    void checksOfOneUnitThatMeanTheSameAreOneTally() {
        tallies.add("web.service", 0, Meaning.USED, 10);
        tallies.add("web.service", 0, Meaning.USED, 30);
        tallies.add("web.service", 0, Meaning.MISSED, 20);
        assertThat(tallies.all())
                .containsExactly(
                        new Tally("web.service", 0, Meaning.USED, 2, 10, 30),
                        new Tally("web.service", 0, Meaning.MISSED, 1, 20, 20));
    }

    @Test
    void theyComeByUnitAndCapability() {
        tallies.add("b.service", 1, Meaning.USED, 0);
        tallies.add("a.service", 63, Meaning.USED, 0);
        tallies.add("a.service", 0, Meaning.USED, 0);
        assertThat(tallies.all())
                .extracting(tally -> tally.unit() + " " + tally.capability())
                .containsExactly("a.service 0", "a.service 63", "b.service 1");
    }

    @Test
    void aCapabilityThatNoSetCanHoldIsNotCounted() {
        tallies.add("a.service", 64, Meaning.USED, 0);
        tallies.add("a.service", -1, Meaning.USED, 0);
        assertThat(tallies.all()).isEmpty();
    }

    @Test
    void unitsWithoutEndShareOneTallyAndNothingIsLost() {
        int units = Tallies.MOST_UNITS + 1000;
        for (int i = 0; i < units; i++) {
            tallies.add("u" + i + ".service", 5, Meaning.USED, i);
        }
        List<Tally> all = tallies.all();
        assertThat(all).hasSize(Tallies.MOST_UNITS + 1);
        assertThat(all.getFirst().unit()).isEqualTo(Tallies.OTHER_UNITS);
        assertThat(all.stream().mapToLong(Tally::count).sum()).isEqualTo(units);
    }
}
