package dev.capdrop.core.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.LiveStep.LiveForecast;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import org.junit.jupiter.api.Test;

/// What is honoured in a container is decided for a live step as for a plan.
class LiveForecastTest {
    private static CapabilitySet honoured(String capabilities, Isolation isolation) {
        return LiveForecast.of(
                        new Sketch().isolation(isolation).draw(),
                        CapabilitySet.of(capabilities.split(" ")))
                .honoured();
    }

    @Test
    void macAdminIsHonouredOnlyWhereTheContainerHasAPolicyOfItsOwn() {
        assertThat(honoured("sys_module mac_admin", new Isolation(100000, false, false)).isEmpty())
                .isTrue();
        assertThat(honoured("sys_module mac_admin", new Isolation(100000, true, true)))
                .isEqualTo(CapabilitySet.of("mac_admin"));
    }

    @Test
    void aMknodThatTheRuntimeLendsIsHonoured() {
        Isolation lends = new Isolation(100000, true, false);
        assertThat(lends.lendsMknod()).isTrue();
        assertThat(honoured("mknod", lends)).isEqualTo(CapabilitySet.of("mknod"));
    }
}
