package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The plan for a container whose units are not known: exactly what was named, and no forecast.
final class BlindPlan {
    private BlindPlan() {}

    static Planner.Result<Plan> of(Snapshot snapshot, Request request) {
        String blind = blind(snapshot);
        if (request.drop().isEmpty()) {
            Editing.NotLoaded unloaded = unloaded(snapshot);
            if (unloaded != null) {
                return new Planner.Refused<>(new Refusal.NotEditable(unloaded));
            }
            boolean stopped =
                    !snapshot.running() && !(snapshot.subject() instanceof Subject.RootDirectory);
            return new Planner.Refused<>(new Refusal.UnitsUnknown(blind, stopped));
        }
        CapabilitySet bounding = NextStart.of(snapshot).bounding();
        CapabilitySet news = request.drop().intersect(bounding);
        return Planner.withEdit(
                snapshot,
                new Plan(
                        request.goal(),
                        news,
                        bounding.minus(request.drop()),
                        new Plan.Weighing(reasons(snapshot, news), List.of(), null, null),
                        Forecast.NONE,
                        List.of(),
                        new Plan.Remarks(List.of(), List.of(), blind),
                        null));
    }

    private static Editing.@Nullable NotLoaded unloaded(Snapshot snapshot) {
        ConfigurationText text = snapshot.configuration();
        EffectiveCapabilities configured = NextStart.of(snapshot).configured();
        return text == null || configured == null || configured.loads()
                ? null
                : new Editing.NotLoaded(text.path(), configured.error());
    }

    private static String blind(Snapshot snapshot) {
        String why = String.join("; ", snapshot.problems());
        return "%s is known of the units of '%s'%s%s"
                .formatted(
                        snapshot.observed() ? "not enough" : "nothing",
                        snapshot.subject().target(),
                        state(snapshot),
                        why.isEmpty() ? "" : ": " + why);
    }

    private static String state(Snapshot snapshot) {
        if (snapshot.subject() instanceof Subject.RootDirectory) {
            return "";
        }
        return snapshot.running() ? ", which runs" : ", which is stopped";
    }

    /// Whether a container is unprivileged is not known where its configuration could not be read,
    /// so no refusal is claimed for it.
    private static List<Plan.Reason> reasons(Snapshot snapshot, CapabilitySet drop) {
        return drop.stream()
                .map(capability -> {
                    Knowledge known = capability.knowledge();
                    String text = known == null || !snapshot.unprivileged() ? "" : known.refusal();
                    return new Plan.Reason(capability, List.of(), true, text);
                })
                .toList();
    }
}
