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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The facts about one container that the page shows: the rest of its snapshot can go.
///
/// @param target the container, as the command line takes it
/// @param file the recording that it was read from; empty where it was not
/// @param state a word or two
/// @param note why it could not be judged; empty when it could
/// @param powers null when they are not known
record PageContainer(
        String target,
        String file,
        String state,
        List<CheckFinding> findings,
        String note,
        @Nullable Powers powers) {
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
    }

    /// Returns the page's facts from a check, and its recording or an empty name.
    public static PageContainer of(String file, Checked checked) {
        Snapshot snapshot = checked.snapshot();
        String problem =
                snapshot == null || snapshot.problems().isEmpty() || !checked.unanswered()
                        ? checked.problem()
                        : snapshot.problems().getFirst();
        return new PageContainer(
                checked.target(),
                file,
                checked.state(),
                CheckFinding.all(checked),
                problem,
                snapshot == null ? null : powers(snapshot, checked));
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
