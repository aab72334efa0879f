package dev.capdrop.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.report.Measured.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MetricsTextTest {
    private static final Instant AT = Instant.parse("2026-01-01T12:00:00Z");

    private static Measured one(String target, boolean forecast) {
        Reading reading = new Reading(AT, true, forecast, CapabilitySet.EMPTY, CapabilitySet.EMPTY);
        return new Measured(
                Exposition.labels("target", target),
                forecast ? "stopped" : "degraded",
                true,
                new TreeMap<>(Map.of("inert-capability", 1)),
                reading);
    }

    /// An alert on failed units must not fire for a container that does not run.
    @Test
    void whatIsForecastOfAStoppedContainerIsNoFailedUnit() {
        String text =
                new String(
                        MetricsText.of(
                                List.of(one("lxc:up", false), one("lxc:down", true)),
                                List.of(),
                                new Json.Made("1", "h", "6", AT),
                                AT,
                                Duration.ZERO),
                        StandardCharsets.UTF_8);
        assertThat(text)
                .contains(
                        "capdrop_container_failed_units{target=\"lxc:up\"} 1",
                        "capdrop_container_failed_units_by_cause{target=\"lxc:up\",cause=\"inert-capability\"} 1",
                        "capdrop_container_forecast_failed_units{target=\"lxc:down\"} 1",
                        "capdrop_build_info{version=\"1\",host=\"h\",kernel=\"6\"} 1")
                .doesNotContain(
                        "capdrop_container_failed_units{target=\"lxc:down\"}",
                        "by_cause{target=\"lxc:down\"",
                        "forecast_failed_units{target=\"lxc:up\"}");
    }
}
