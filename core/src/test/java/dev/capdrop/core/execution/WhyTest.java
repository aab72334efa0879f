package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import org.junit.jupiter.api.Test;

final class WhyTest {
    private static final CapabilitySet CHOWN = CapabilitySet.of("chown");
    private static final CapabilitySet KILL = CapabilitySet.of("kill");

    @Test
    void aReasonNamesItsCapabilities() {
        Why reason = Why.takes("handing over", CapabilitySet.of("chown", "kill"));
        assertThat(reason.then(", always").text())
                .isEqualTo("handing over takes chown kill, always");
    }

    @Test
    void whatIsTrueOfTwoCapabilitiesAlikeReadsTheSame() {
        assertThat(Why.takes("it", CHOWN).textAbout(CHOWN))
                .isEqualTo(Why.takes("it", KILL).textAbout(KILL))
                .isEqualTo("it takes it");
        assertThat(Why.takes("it", CHOWN).textAbout(KILL)).isEqualTo("it takes chown");
    }

    @Test
    void onlyNamesGiveWayAndNoWordsThatReadLikeOne() {
        Why reason = Why.of("chown of the unit chown ").then(Why.takes("fails", CHOWN));
        assertThat(reason.textAbout(CHOWN)).isEqualTo("chown of the unit chown fails takes it");
    }

    @Test
    void reasonsThatReadTheSameAreTheSameHoweverTheyWereMade() {
        assertThat(Why.of("a").then("").then("b")).isEqualTo(Why.of("ab"));
        assertThat(Why.of("")).isEqualTo(Why.NONE);
        assertThat(Why.of("chown")).isNotEqualTo(Why.NONE.then(CHOWN));
        assertThat(Why.NONE.isEmpty()).isTrue();
        assertThat(Why.of("a").isEmpty()).isFalse();
        assertThat(Why.of("a")).hasToString("a");
    }
}
