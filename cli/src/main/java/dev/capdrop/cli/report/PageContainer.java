package dev.capdrop.cli.report;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.check.CheckFinding;
import dev.capdrop.cli.check.Checked;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.ContainerExplanation.Holding;
import dev.capdrop.core.explanation.ContainerExplanation.Limit;
import dev.capdrop.core.explanation.ContainerExplanation.Naming;
import dev.capdrop.core.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The facts about one container that the page shows: the rest of its snapshot can go.
///
/// @param forecast whether the findings are of its next start, because it does not run
/// @param fixable whether a drop, a restart or a line of its configuration would put something
///   right
/// @param note why it could not be judged; empty when it could
/// @param powers null when they are not known, or its configuration does not load
record PageContainer(
        Origin origin,
        String state,
        boolean forecast,
        boolean fixable,
        List<CheckFinding> findings,
        List<CheckFinding> remarks,
        String note,
        @Nullable Powers powers) {
    /// The container by its name, its host, and the reading.
    ///
    /// @param target the container, as the command line takes it
    /// @param host its host's name; empty where that is not known
    /// @param file the recording that it was read from; empty where it was not
    /// @param at when it was read; null where it was not
    record Origin(String target, String host, String file, @Nullable Instant at) {
        private static Origin of(String here, String file, Checked checked) {
            Snapshot snapshot = checked.snapshot();
            String host =
                    checked.guest() != null
                            ? checked.guest().place().node()
                            : snapshot == null ? "" : snapshot.host().name();
            return new Origin(
                    checked.target(),
                    host.isEmpty() ? here : host,
                    file,
                    snapshot == null ? null : snapshot.takenAt());
        }
    }

    /// The capabilities of a container.
    ///
    /// @param bounding its bounding set, or that of its next start
    /// @param useless the held capabilities that the kernel never or hardly ever honours there
    /// @param named the units and programs that name each capability, by the way in which they do
    /// @param used the observed uses, where somebody has watched it
    record Powers(
            CapabilitySet bounding,
            CapabilitySet useless,
            CapabilitySet after,
            List<Limit> limits,
            Map<Capability, Map<Naming.Kind, List<String>>> named,
            CapabilitySet used) {
        boolean drops(Capability capability) {
            return limits.stream()
                    .anyMatch(limit ->
                            limit.origin() == ContainerExplanation.Origin.DROPPED
                                    && limit.capabilities().contains(capability));
        }
    }

    public PageContainer {
        findings = List.copyOf(findings);
        remarks = List.copyOf(remarks);
    }

    String target() {
        return origin.target;
    }

    /// Returns the page's facts from a check.
    ///
    /// @param here the name of the host whose containers are looked at; empty for recordings
    /// @param file its recording, or an empty name
    public static PageContainer of(String here, String file, Checked checked) {
        Snapshot snapshot = checked.snapshot();
        String problem =
                snapshot == null || snapshot.problems().isEmpty() || !checked.unanswered()
                        ? checked.problem()
                        : snapshot.problems().getFirst();
        return new PageContainer(
                Origin.of(here, file, checked),
                checked.state(),
                checked.isForecast(),
                checked.isFixable(),
                CheckFinding.all(checked),
                CheckFinding.remarks(checked),
                problem,
                snapshot == null || !loads(checked) ? null : powers(snapshot, checked));
    }

    /// Whether its configuration loads: what a refused one would drop is in no set of any start.
    private static boolean loads(Checked checked) {
        return checked.configured() == null || checked.configured().loads();
    }

    private static Powers powers(Snapshot snapshot, Checked checked) {
        ContainerExplanation container = ContainerExplanation.of(snapshot);
        Map<Capability, Map<Naming.Kind, List<String>>> named = new TreeMap<>();
        for (Naming naming : container.namings()) {
            named.computeIfAbsent(naming.capability(), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(naming.kind(), _ -> new ArrayList<>())
                    .add(naming.by());
        }
        CapabilitySet bounding = container.sets().bounding();
        return new Powers(
                bounding,
                container.useless().inert().union(container.useless().nearlyInert()),
                checked.plan() == null ? bounding : bounding.minus(checked.plan().drop()),
                container.limits(),
                named,
                Holding.used(snapshot));
    }
}
