package dev.capdrop.core.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObservationTest {
    private static final int CHOWN = 0;
    private static final int NET_ADMIN = 12;

    @Test
    void whatIsHeldAndNotSeenIsListedToo() {
        assertThat(observation("chown net_raw").uses())
                .extracting(use -> use.capability().name() + " " + use.seen())
                .containsExactly("chown false", "net_raw false");
    }

    @Test
    void whatIsAskedForWithoutBeingHeldIsListed() {
        Tally missed = new Tally("web.service", CHOWN, Meaning.MISSED, 1, 5, 5);
        Observation.CapabilityUse use = observation("", missed).uses().getFirst();
        assertThat(use.capability()).isEqualTo(Capability.of("chown"));
        assertThat(use.missed()).containsExactly("web.service");
        assertThat(use.used()).isEmpty();
    }

    @Test
    void theUnitsOfEachMeaningAreKeptApartAndTheTimesSpanAll() {
        List<Observation.CapabilityUse> uses =
                observation(
                                "net_admin",
                                new Tally("b.service", NET_ADMIN, Meaning.USED, 1, 7, 9),
                                new Tally("a.service", NET_ADMIN, Meaning.USED, 1, 8, 20),
                                new Tally("a.service", NET_ADMIN, Meaning.NEVER_HONOURED, 1, 2, 3))
                        .uses();
        assertThat(uses)
                .containsExactly(
                        new Observation.CapabilityUse(
                                Capability.of("net_admin"),
                                List.of("a.service", "b.service"),
                                List.of(),
                                List.of("a.service"),
                                2,
                                20));
    }

    @Test
    void whatTheHostDoesInAContainerIsNoUseOfTheContainers() {
        Tally host = new Tally("", CHOWN, Meaning.HOST, 9, 1, 1);
        Tally below = new Tally("a.service", CHOWN, Meaning.BELOW, 9, 1, 1);
        assertThat(observation("chown", host, below).uses().getFirst().seen()).isFalse();
    }

    private static Observation observation(String held, Tally... tallies) {
        CapabilitySet bounding =
                held.isEmpty() ? CapabilitySet.EMPTY : CapabilitySet.of(held.split(" "));
        Coverage coverage =
                new Coverage(
                        60,
                        0,
                        0,
                        Coverage.End.TIME,
                        List.of(),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return new Observation(Instant.EPOCH, false, bounding, List.of(tallies), coverage, 0);
    }
}
