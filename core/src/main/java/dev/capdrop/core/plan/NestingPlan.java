package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import module java.base;

/// The plan that lets a container nest, where a unit calls for it: it drops nothing, and AppArmor
/// no longer refuses the mounts of its sandboxes.
final class NestingPlan {
    /// Returns the plan for this container; one that says why not, where nothing calls for it.
    ///
    /// @throws dev.capdrop.core.snapshot.TimeLimit.OverdueException when its time is over
    static Planner.Result<Plan> of(Snapshot snapshot, TimeLimit time) {
        List<String> lines = AppArmorLimits.nesting(snapshot);
        List<String> units = lines.isEmpty() ? List.of() : units(snapshot);
        Remedy nesting = new Remedy.Nesting(lines);
        String refusal = refusal(snapshot, lines, units);
        CapabilitySet bounding = NextStart.of(snapshot).bounding();
        Plan.Widening widening =
                new Plan.Widening(nesting, units, opens(snapshot, nesting), refusal);
        Plan.Weighing weighing = new Plan.Weighing(List.of(), List.of(), widening, null);
        Forecast forecast =
                refusal.isEmpty()
                        ? Forecaster.over(snapshot, time).forecast(bounding, true)
                        : Forecast.NONE;
        List<String> waiting =
                snapshot.view() instanceof Snapshot.Observed seen
                        ? Pending.sentences(seen, bounding)
                        : List.of();
        Plan.Remarks remarks = new Plan.Remarks(waiting, Planner.unread(snapshot), List.of(), "");
        CapabilitySet none = CapabilitySet.EMPTY;
        Plan plan =
                new Plan(Goal.NONE, none, bounding, weighing, forecast, List.of(), remarks, null);
        ConfigurationText text = snapshot.configuration();
        return !refusal.isEmpty() || text == null
                ? new Planner.Planned<>(plan)
                : Planner.withEdit(
                        snapshot.subject().format().allowNesting(text.path(), text.asSource()),
                        plan);
    }

    /// Warns: in a privileged container AppArmor is most of what shields the host from its root.
    private static String opens(Snapshot snapshot, Remedy nesting) {
        return nesting.opens()
                + (snapshot.unprivileged()
                        ? ""
                        : "; it is privileged, so that its root is the host's root, and little else"
                                + " confines that");
    }

    private static List<String> units(Snapshot snapshot) {
        if (!(snapshot.view() instanceof Snapshot.Observed seen)) {
            return List.of();
        }
        TreeSet<String> units = new TreeSet<>();
        Diagnosis.of(snapshot).refusedByAppArmor().forEach(one -> units.add(one.unit()));
        AppArmorLimits limits = AppArmorLimits.of(snapshot);
        units.addAll(limits.units(seen.systemd(), true));
        units.addAll(limits.units(seen.systemd(), false));
        return List.copyOf(units);
    }

    private static String refusal(Snapshot snapshot, List<String> lines, List<String> units) {
        if (snapshot.view() instanceof Snapshot.Blind) {
            return "nothing is known of its units, so that nobody could say what nesting is for";
        }
        if (snapshot.configuration() == null) {
            return "its configuration could not be read";
        }
        if (!Boolean.TRUE.equals(snapshot.host().appArmor())) {
            return snapshot.host().appArmor() == null
                    ? "whether this host has AppArmor is not known"
                    : "AppArmor is not enabled on this host, so that it refuses the container nothing";
        }
        RuntimeKind kind = snapshot.subject().kind();
        String command =
                snapshot.subject() instanceof ContainerId container ? kind.nest(container) : "";
        if (!command.isEmpty()) {
            return lines.isEmpty()
                    ? "AppArmor lets it mount inside: it is unprivileged, or has " + kind.nesting()
                    : "its raw.lxc cannot allow nesting; '%s' does, from its next start on"
                            .formatted(command);
        }
        if (lines.isEmpty()) {
            return snapshot.settings().allowsNesting()
                    ? "its configuration allows nesting already"
                    : "its profile of AppArmor is none of LXC's that nesting would change";
        }
        return units.isEmpty() ? "no unit of it fails for want of nesting" : "";
    }
}
