package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;

/// One thing that a plan has to respect.
public sealed interface Constraint {
    /// What it is about: the unit's name, or the capability's.
    String name();

    /// A failed unit is to fail no more.
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

    /// A unit that runs is to run on, and one that works is to work.
    ///
    /// @param name the unit
    record Work(String name) implements Constraint {}
}
