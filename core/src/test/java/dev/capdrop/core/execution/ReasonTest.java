package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import org.junit.jupiter.api.Test;

final class ReasonTest {
    private static final CapabilitySet CHOWN = CapabilitySet.of("chown");
    private static final CapabilitySet KILL = CapabilitySet.of("kill");

    @Test
    void aReasonNamesItsCapabilities() {
        Reason reason = Reason.takes("handing over", CapabilitySet.of("chown", "kill"));
        assertThat(reason.then(", always").text())
                .isEqualTo("handing over takes chown kill, always");
    }

    @Test
    void whatIsTrueOfTwoCapabilitiesAlikeReadsTheSame() {
        assertThat(Reason.takes("it", CHOWN).textAbout(CHOWN))
                .isEqualTo(Reason.takes("it", KILL).textAbout(KILL))
                .isEqualTo("it takes it");
        assertThat(Reason.takes("it", CHOWN).textAbout(KILL)).isEqualTo("it takes chown");
    }

    @Test
    void onlyNamesGiveWayAndNoWordsThatReadLikeOne() {
        Reason reason = Reason.of("chown of the unit chown ").then(Reason.takes("fails", CHOWN));
        assertThat(reason.textAbout(CHOWN)).isEqualTo("chown of the unit chown fails takes it");
    }

    @Test
    void reasonsThatReadTheSameAreTheSameHoweverTheyWereMade() {
        assertThat(Reason.of("a").then("").then("b")).isEqualTo(Reason.of("ab"));
        assertThat(Reason.of("")).isEqualTo(Reason.NONE);
        assertThat(Reason.of("chown")).isNotEqualTo(Reason.NONE.then(CHOWN));
        assertThat(Reason.NONE.isEmpty()).isTrue();
    }
}
