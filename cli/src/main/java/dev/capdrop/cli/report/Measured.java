package dev.capdrop.cli.report;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.check.Checked;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.snapshot.Snapshot;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The figures of one container.
///
/// @param labels what tells it apart from all others, `target` and where it is, and the `name`
///   beside the number of a guest of Proxmox VE
/// @param findings whether `check` has findings
/// @param failed the number of failed units, by cause
/// @param reading null when its snapshot could not be read
record Measured(
        Map<String, String> labels,
        String state,
        boolean findings,
        SortedMap<String, Integer> failed,
        @Nullable Reading reading) {
    /// The states of systemd's manager (systemctl(1), `is-system-running`), and those of containers
    /// that have none of them. A container can say anything: every other word is `other`, so that
    /// it cannot make series at will.
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

    /// The figures from a container's snapshot.
    ///
    /// @param forecast whether its units are forecast, because it does not run
    /// @param inert the capabilities that its PID 1 holds and the kernel never honours in it
    /// @param drop the capabilities that `apply` would drop
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
