package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;

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
