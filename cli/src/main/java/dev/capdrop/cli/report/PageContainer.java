package dev.capdrop.cli.report;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.check.CheckFinding;
import dev.capdrop.cli.check.Checked;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.ContainerExplanation.Naming;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The facts about one container that the page shows: the rest of its snapshot can go.
///
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
    /// The container, its host or empty, its recording or empty, and when it was read, or null.
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

    /// The capabilities of a container: its bounding set, or that of its next start, and that after
    /// `apply`; which are useless there, who names and who was seen to use them.
    record Powers(
            CapabilitySet bounding,
            CapabilitySet useless,
            CapabilitySet after,
            List<ContainerExplanation.Limit> limits,
            Map<Capability, Map<Naming.Kind, List<String>>> named,
            CapabilitySet used) {
        boolean drops(Capability capability) {
            return limits.stream()
                    .anyMatch(limit ->
                            limit.origin() == ContainerExplanation.Origin.DROPPED
                                    && limit.capabilities().contains(capability));
        }
    }

    String target() {
        return origin.target;
    }

    /// Returns the page's facts from a check; `here` is the host, empty for recordings.
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
                ContainerExplanation.Holding.used(snapshot));
    }
}
