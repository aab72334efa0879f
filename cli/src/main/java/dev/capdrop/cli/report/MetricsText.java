package dev.capdrop.cli.report;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.cli.drop.Statuses.Reported;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.report.Measured.Reading;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.verification.ContainerStatus;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The figures as text for Prometheus: a handful of series a container.
final class MetricsText {
    private static final double MILLIS = 1000;

    private final Exposition out = new Exposition();

    private MetricsText() {}

    /// Returns the text, in UTF-8; of recordings nothing has changed.
    public static byte[] of(
            List<Measured> containers,
            List<Reported> changed,
            Json.Made made,
            Instant at,
            Duration took) {
        MetricsText text = new MetricsText();
        text.made(made);
        text.states(containers);
        text.units(containers);
        text.capabilities(containers);
        text.drifts(changed, containers);
        text.run(containers, at, took);
        return text.out.bytes();
    }

    private void made(Json.Made made) {
        out.gauge("capdrop_build_info");
        Map<String, String> labels =
                Exposition.labels("version", requireNonNullElse(made.version(), ""));
        labels = Exposition.with(labels, "host", requireNonNullElse(made.host(), ""));
        out.sample(Exposition.with(labels, "kernel", requireNonNullElse(made.kernel(), "")), 1);
    }

    private void states(List<Measured> containers) {
        out.gauge("capdrop_container_state");
        for (Measured measured : containers) {
            out.sample(Exposition.with(measured.labels(), "state", measured.state()), 1);
        }
        out.gauge("capdrop_container_findings");
        for (Measured measured : containers) {
            out.sample(measured.labels(), measured.findings() ? 1 : 0);
        }
    }

    private void units(List<Measured> containers) {
        out.gauge("capdrop_container_failed_units");
        number(containers, false);
        out.gauge("capdrop_container_forecast_failed_units");
        number(containers, true);
        out.gauge("capdrop_container_failed_units_by_cause");
        for (Measured measured : containers) {
            if (hasUnits(measured, false)) {
                measured.failed()
                        .forEach((cause, units) ->
                                out.sample(
                                        Exposition.with(measured.labels(), "cause", cause), units));
            }
        }
    }

    private void number(List<Measured> containers, boolean forecast) {
        for (Measured measured : containers) {
            if (hasUnits(measured, forecast)) {
                out.sample(
                        measured.labels(),
                        measured.failed().values().stream().mapToInt(Integer::intValue).sum());
            }
        }
    }

    private static boolean hasUnits(Measured measured, boolean forecast) {
        @Nullable Reading reading = measured.reading();
        return reading != null && reading.units() && reading.forecast() == forecast;
    }

    private void capabilities(List<Measured> containers) {
        out.gauge("capdrop_container_inert_capabilities");
        each(containers, reading -> (double) reading.inert().size());
        out.gauge("capdrop_container_droppable_capabilities");
        each(containers, reading -> (double) reading.drop().size());
    }

    private void drifts(List<Reported> changed, List<Measured> containers) {
        out.gauge("capdrop_container_drifts");
        for (Reported reported : changed) {
            ContainerStatus status = reported.status();
            if (status != null) {
                Map<String, String> own =
                        Exposition.labels(
                                "target", reported.target(), "lxc_path", lxcPath(status.subject()));
                out.sample(labels(own, containers), status.drifts().size());
            }
        }
    }

    /// Returns all labels of the container that has these; these where none has them now.
    private static Map<String, String> labels(Map<String, String> own, List<Measured> containers) {
        for (Measured measured : containers) {
            if (measured.labels().entrySet().containsAll(own.entrySet())) {
                return measured.labels();
            }
        }
        return own;
    }

    private static String lxcPath(Subject subject) {
        return subject instanceof ContainerId container ? container.lxcPath() : "";
    }

    private void run(List<Measured> containers, Instant at, Duration took) {
        out.gauge("capdrop_container_read_timestamp_seconds");
        each(containers, reading -> seconds(reading.at()));
        out.gauge("capdrop_check_timestamp_seconds");
        out.sample(Map.of(), seconds(at));
        out.gauge("capdrop_check_duration_seconds");
        out.sample(Map.of(), took.toMillis() / MILLIS);
    }

    private void each(List<Measured> containers, Function<Reading, Double> value) {
        for (Measured measured : containers) {
            @Nullable Reading reading = measured.reading();
            if (reading != null) {
                out.sample(measured.labels(), value.apply(reading));
            }
        }
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / MILLIS;
    }
}
