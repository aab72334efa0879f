package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigEdit;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.observe.UseHistory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which capabilities to drop, why, and what comes of it.
///
/// @param goal what it is for
/// @param drop the capabilities to drop on top of what the configuration drops already
/// @param bounding PID 1's bounding set at the next boot
/// @param weighing why each capability goes or stays
/// @param forecast what the next boot makes of every unit
/// @param conflicts what the drop would cost
/// @param remarks what to know beside it
/// @param edit the edit of the configuration; null when the configuration is not known
public record Plan(
        Goal goal,
        CapabilitySet drop,
        CapabilitySet bounding,
        Weighing weighing,
        Forecast forecast,
        List<Conflict> conflicts,
        Remarks remarks,
        @Nullable ConfigEdit edit) {
    public Plan {
        conflicts = List.copyOf(conflicts);
    }

    /// Why each capability goes or stays, or what the container is allowed in addition.
    ///
    /// @param reasons one for each capability of the drop
    /// @param kept what goals `inert` and `least` looked at and do not drop; empty for any other
    ///   goal
    /// @param widening what the container is allowed in addition; null in the plan of a drop
    /// @param covered how much of the container's life goal `least` knows of; null for any other
    ///   goal
    public record Weighing(
            List<Reason> reasons,
            List<Kept> kept,
            @Nullable Widening widening,
            UseHistory.@Nullable Covered covered) {
        /// That of a drop.
        public Weighing(List<Reason> reasons, List<Kept> kept) {
            this(reasons, kept, null, null);
        }

        public Weighing {
            reasons = List.copyOf(reasons);
            kept = List.copyOf(kept);
        }
    }

    /// A remedy that lets a container do more than it may now.
    ///
    /// @param remedy it
    /// @param units those that call for it, by name
    /// @param opens what this container may do from then on, one clause
    /// @param refusal why it is not done, a clause about "it"; empty where it is
    public record Widening(Remedy remedy, List<String> units, String opens, String refusal) {
        public Widening {
            units = List.copyOf(units);
        }
    }

    /// What an administrator should know beside the plan, one sentence each.
    ///
    /// @param waiting what waits for the restart besides the drop
    /// @param unseen what the plan would have had to look at and could not
    /// @param blind why nothing could be forecast; empty when it could
    public record Remarks(List<String> waiting, List<String> unseen, String blind) {
        /// None.
        public static final Remarks NONE = new Remarks(List.of(), List.of(), "");

        public Remarks {
            waiting = List.copyOf(waiting);
            unseen = List.copyOf(unseen);
        }
    }

    /// The same plan with the edit that it takes.
    Plan with(ConfigEdit found) {
        return new Plan(goal, drop, bounding, weighing, forecast, conflicts, remarks, found);
    }

    /// Whether the plan would cost a running unit that the administrator did not name.
    public boolean refused() {
        return conflicts.stream().anyMatch(Conflict::dropped);
    }

    /// What the container is allowed in addition; null in the plan of a drop.
    public @Nullable Widening widening() {
        return weighing.widening();
    }

    /// Whether the container is to be allowed something in addition.
    public boolean widens() {
        Widening widening = widening();
        return widening != null && widening.refusal().isEmpty();
    }

    /// Whether a restart would turn any failed unit, with or without an edit.
    public boolean heals() {
        return !forecast.healed().isEmpty();
    }

    /// Why a plan drops a capability.
    ///
    /// @param capability the capability
    /// @param units the failed units that its drop turns into skipped ones
    /// @param named whether the administrator named it
    /// @param text one sentence
    public record Reason(Capability capability, List<String> units, boolean named, String text) {
        public Reason {
            units = List.copyOf(units);
        }
    }
}
