package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.forecast.Forecast;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which capabilities to drop, why, and what comes of it.
///
/// @param goal what it is for
/// @param drop the capabilities to drop on top of what the configuration drops already
/// @param bounding PID 1's bounding set at the next boot
/// @param reasons one for each capability of the drop
/// @param kept what goal `inert` looked at and does not drop; empty for any other goal
/// @param forecast what the next boot makes of every unit
/// @param conflicts what the drop would cost
/// @param waiting what waits for the restart besides the drop, one sentence each
/// @param unseen what the plan would have had to look at and could not, one sentence each
/// @param blind why nothing could be forecast, one sentence; empty when it could
/// @param edit the edit of the configuration; null when the configuration is not known
public record Plan(
        Goal goal,
        CapabilitySet drop,
        CapabilitySet bounding,
        List<Reason> reasons,
        List<Kept> kept,
        Forecast forecast,
        List<Conflict> conflicts,
        List<String> waiting,
        List<String> unseen,
        String blind,
        @Nullable ConfigEdit edit) {
    public Plan {
        reasons = List.copyOf(reasons);
        kept = List.copyOf(kept);
        conflicts = List.copyOf(conflicts);
        waiting = List.copyOf(waiting);
        unseen = List.copyOf(unseen);
    }

    /// Whether the plan would cost a running unit that the administrator did not name.
    public boolean refused() {
        return conflicts.stream().anyMatch(Conflict::dropped);
    }

    /// Whether a restart would turn any failed unit, with or without an edit.
    public boolean heals() {
        return !forecast.healed().isEmpty();
    }
}
