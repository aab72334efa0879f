package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.observe.UseHistory.Covered;
import dev.capdrop.core.plan.Plan.Conflict.Constraint.Kind;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The capabilities to drop, why, and what comes of it.
///
/// @param drop the capabilities to drop on top of what the configuration drops already
/// @param bounding PID 1's bounding set at the next boot
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
    /// Why each capability goes or stays, or what the container is allowed in addition.
    ///
    /// @param reasons one for each capability of the drop
    /// @param kept what goals `inert` and `least` looked at and do not drop
    /// @param widening null in the plan of a drop
    /// @param covered how much of its life goal `least` knows of; null for any other
    public record Weighing(
            List<Reason> reasons,
            List<Kept> kept,
            @Nullable Widening widening,
            @Nullable Covered covered) {}

    /// A remedy that lets a container do more than it may now.
    ///
    /// @param opens what this container may do from then on, one clause
    /// @param refusal why it is not done, a clause about "it"; empty where it is
    public record Widening(Remedy remedy, List<String> units, String opens, String refusal) {}

    /// The remarks for an administrator beside the plan, one sentence each.
    ///
    /// @param waiting what waits for the restart besides the drop
    /// @param unseen what the plan could not look at
    /// @param afterwards what engines inside will refuse to containers that are made later
    /// @param blind why nothing could be forecast; empty when it could
    public record Remarks(
            List<String> waiting, List<String> unseen, List<String> afterwards, String blind) {
        public static final Remarks NONE = new Remarks(List.of(), List.of(), List.of(), "");
    }

    Plan with(ConfigEdit found) {
        return new Plan(goal, drop, bounding, weighing, forecast, conflicts, remarks, found);
    }

    public Plan settled(Predicate<String> units) {
        return new Plan(
                goal, drop, bounding, weighing, forecast.settled(units), conflicts, remarks, edit);
    }

    /// Whether the plan would cost a running unit that the administrator did not name.
    public boolean refused() {
        return conflicts.stream().anyMatch(Conflict::dropped);
    }

    public @Nullable Widening widening() {
        return weighing.widening();
    }

    public boolean widens() {
        Widening widening = widening();
        return widening != null && widening.refusal().isEmpty();
    }

    /// Whether a restart would turn any failed unit, with or without an edit.
    public boolean heals() {
        return !forecast.healed().isEmpty();
    }

    /// Why a plan drops a capability; `units`: the failed ones that this turns into skipped ones.
    public record Reason(Capability capability, List<String> units, boolean named, String text) {}

    /// A capability that goal `inert` or `least` looked at and does not drop.
    ///
    /// @param who the programs, units or engines that would miss it
    /// @param settledBy what would settle whether it can go; empty where nothing has to be
    public record Kept(
            Capability capability, By by, List<String> who, String why, String settledBy) {
        public Kept(Capability capability, By by, List<String> who, String why) {
            this(capability, by, who, why, "");
        }

        public enum By {
            REQUEST,
            KERNEL,
            /// The runtime lends it to the container, or confines it in a way that makes it count.
            RUNTIME,
            ENGINE,
            FILE,
            USE,
            /// systemd itself needs it, perhaps at a time that nobody has watched.
            SYSTEMD,
            /// A unit would be lost, or nobody could say what becomes of it.
            UNIT;

            public String word() {
                return ResourceTable.word(this);
            }
        }
    }

    /// Constraints that no drop respects together, and without any one of them some drop does.
    public record Conflict(CapabilitySet capabilities, List<Constraint> constraints) {
        public List<String> heals() {
            return names(Kind.HEAL);
        }

        /// Returns the units that the drop would cost; none where only the administrator's word is
        /// against it.
        public List<String> loses() {
            return names(Kind.WORK);
        }

        /// Whether the administrator named them, so that the plan drops them all the same.
        public boolean dropped() {
            return !names(Kind.DROP).isEmpty();
        }

        public List<String> names(Kind kind) {
            return constraints.stream().filter(c -> c.kind == kind).map(Constraint::name).toList();
        }

        public record Constraint(Kind kind, String name) {
            public enum Kind {
                HEAL,
                KEEP,
                DROP,
                WORK;

                List<Constraint> of(Collection<String> names) {
                    return names.stream().map(name -> new Constraint(this, name)).toList();
                }
            }
        }
    }

    /// The purpose of a plan.
    public enum Goal {
        /// Exactly the drop that was named: only a forecast of it.
        NONE,
        /// The smallest drop after which no unit fails for want of a capability and every running
        /// unit still runs.
        HEALTHY,
        /// Every capability that the kernel never honours in this container, except where something
        /// would miss it.
        INERT,
        /// [#HEALTHY] as if each container were made now, with nothing about capabilities in its
        /// own configuration: for all that share lines.
        NEW,
        /// Every capability that was not seen to be used, except what is known to be used unseen.
        LEAST;

        public String word() {
            return ResourceTable.word(this);
        }
    }
}
