package dev.capdrop.cli.metrics;

import dev.capdrop.cli.metrics.Measured.Reading;
import dev.capdrop.cli.render.StatusText.Reported;
import dev.capdrop.core.status.ContainerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What was measured, as text for Prometheus: a handful of series a container.
public final class MetricsText {
    private static final double MILLIS = 1000;

    private final Exposition out = new Exposition();

    private MetricsText() {}

    /// All of it, in UTF-8.
    ///
    /// @param containers those that were checked
    /// @param changed those that capdrop has changed, and what has drifted there; empty where only
    ///   recordings were looked at
    /// @param at when the check began
    /// @param took how long it took
    public static byte[] of(
            List<Measured> containers, List<Reported> changed, Instant at, Duration took) {
        MetricsText text = new MetricsText();
        text.states(containers);
        text.units(containers);
        text.capabilities(containers);
        text.drifts(changed);
        text.run(containers, at, took);
        return text.out.bytes();
    }

    private void states(List<Measured> containers) {
        out.gauge(
                "capdrop_container_state",
                "1 for the state that the container is in: one of systemd's own, stopped, template,"
                        + " elsewhere, not-systemd, not-read or other.");
        for (Measured one : containers) {
            out.sample(Labels.with(one.labels(), "state", one.state()), 1);
        }
        out.gauge(
                "capdrop_container_findings",
                "1 when capdrop check has findings about the container, else 0.");
        for (Measured one : containers) {
            out.sample(one.labels(), one.findings() ? 1 : 0);
        }
    }

    private void units(List<Measured> containers) {
        out.gauge(
                "capdrop_container_failed_units",
                "Failed units of the container; absent when its units are not known.");
        for (Measured one : containers) {
            if (one.reading() != null && one.reading().units()) {
                out.sample(
                        one.labels(),
                        one.failed().values().stream().mapToInt(Integer::intValue).sum());
            }
        }
        out.gauge(
                "capdrop_container_failed_units_by_cause",
                "Failed units of the container by the cause that capdrop found; no series for a"
                        + " cause that none has.");
        for (Measured one : containers) {
            one.failed()
                    .forEach((cause, units) ->
                            out.sample(Labels.with(one.labels(), "cause", cause), units));
        }
    }

    private void capabilities(List<Measured> containers) {
        out.gauge(
                "capdrop_container_inert_capabilities",
                "Capabilities that the container holds and that the kernel never honours in it.");
        each(containers, reading -> (double) reading.inert().size());
        out.gauge(
                "capdrop_container_droppable_capabilities",
                "Capabilities that capdrop apply would drop to heal failed units.");
        each(containers, reading -> (double) reading.drop().size());
    }

    private void drifts(List<Reported> changed) {
        out.gauge(
                "capdrop_container_drifts",
                "Ways in which a container that capdrop has changed is no longer, or not yet, as"
                        + " it was left; no series for one that it has not changed.");
        for (Reported one : changed) {
            ContainerStatus status = one.status();
            if (status != null) {
                Map<String, String> labels =
                        Labels.of("target", one.target(), "lxc_path", status.container().lxcPath());
                out.sample(labels, status.drifts().size());
            }
        }
    }

    private void run(List<Measured> containers, Instant at, Duration took) {
        out.gauge(
                "capdrop_container_read_timestamp_seconds",
                "When the container was read, in seconds since 1970.");
        each(containers, reading -> seconds(reading.at()));
        out.gauge(
                "capdrop_check_timestamp_seconds", "When this check began, in seconds since 1970.");
        out.sample(Map.of(), seconds(at));
        out.gauge("capdrop_check_duration_seconds", "How long this check took, in seconds.");
        out.sample(Map.of(), took.toMillis() / MILLIS);
    }

    private void each(List<Measured> containers, Function<Reading, Double> value) {
        for (Measured one : containers) {
            @Nullable Reading reading = one.reading();
            if (reading != null) {
                out.sample(one.labels(), value.apply(reading));
            }
        }
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / MILLIS;
    }
}
