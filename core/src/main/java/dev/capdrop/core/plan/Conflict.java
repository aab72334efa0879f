package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import java.util.ArrayList;
import java.util.List;

/// Constraints that no drop respects together, as few as it takes: without any one of them the
/// others can be had.
///
/// @param capabilities the capabilities whose drop is in question
/// @param constraints the constraints
public record Conflict(CapabilitySet capabilities, List<Constraint> constraints) {
    public Conflict {
        constraints = List.copyOf(constraints);
    }

    /// The failed units that the drop would turn into skipped ones.
    public List<String> heals() {
        return names(Constraint.Heal.class);
    }

    /// The units that the drop would cost; empty when it is the administrator's word alone that
    /// stands against it.
    public List<String> loses() {
        return names(Constraint.Work.class);
    }

    /// Whether the plan drops them all the same because the administrator named them.
    public boolean dropped() {
        return !names(Constraint.Drop.class).isEmpty();
    }

    private List<String> names(Class<? extends Constraint> kind) {
        List<String> names = new ArrayList<>();
        for (Constraint constraint : constraints) {
            if (kind.isInstance(constraint)) {
                names.add(constraint.name());
            }
        }
        return names;
    }

    /// One thing that a plan has to respect.
    public sealed interface Constraint {
        /// What it is about: the unit's name, or the capability's.
        String name();

        /// A unit that fails is no longer to fail.
        ///
        /// @param name the unit
        record Heal(String name) implements Constraint {}

        /// The administrator keeps this capability.
        record Keep(Capability capability) implements Constraint {
            @Override
            public String name() {
                return capability.name();
            }
        }

        /// The administrator drops this capability.
        record Drop(Capability capability) implements Constraint {
            @Override
            public String name() {
                return capability.name();
            }
        }

        /// A unit that runs, or that does its work, is to go on doing so.
        ///
        /// @param name the unit
        record Work(String name) implements Constraint {}
    }
}
