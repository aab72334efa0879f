package dev.capdrop.cli.report;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.check.Checked;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The figures of one container, and the labels that tell it apart from all others.
///
/// @param failed the number of failed units, by cause
/// @param reading null when its snapshot could not be read
record Measured(
        Map<String, String> labels,
        String state,
        boolean findings,
        SortedMap<String, Integer> failed,
        @Nullable Reading reading) {
    /// The states of containers and of systemd's manager (systemctl(1)); others are `other`.
    private static final Set<String> STATES =
            Set.of(
                    "initializing",
                    "starting",
                    "running",
                    "degraded",
                    "maintenance",
                    "stopping",
                    "stopped",
                    "frozen",
                    "template",
                    "elsewhere",
                    "not read",
                    "not systemd");

    /// The figures from a snapshot: what is held in vain, and what `apply` would drop.
    public record Reading(
            Instant at, boolean units, boolean forecast, CapabilitySet inert, CapabilitySet drop) {}

    /// Returns the figures of a container of this host; `lxcPath` tells namesakes apart.
    public static Measured live(String lxcPath, Checked checked) {
        return of("lxc_path", lxcPath, checked);
    }

    public static Measured recorded(String file, Checked checked) {
        return of("file", file, checked);
    }

    private static Measured of(String where, String place, Checked checked) {
        String state = checked.state();
        Map<String, String> labels = Exposition.labels("target", checked.target(), where, place);
        return new Measured(
                checked.guest() == null
                        ? labels
                        : Exposition.with(labels, "name", checked.guest().hostname()),
                STATES.contains(state) ? state.replace(' ', '-') : "other",
                checked.hasFindings(),
                checked.failedByCause(),
                checked.snapshot() == null ? null : reading(checked, checked.snapshot()));
    }

    private static Reading reading(Checked checked, Snapshot snapshot) {
        return new Reading(
                snapshot.takenAt(),
                snapshot.observed(),
                checked.isForecast(),
                ContainerExplanation.of(snapshot).useless().inert(),
                checked.plan() == null ? CapabilitySet.EMPTY : checked.plan().drop());
    }
}
