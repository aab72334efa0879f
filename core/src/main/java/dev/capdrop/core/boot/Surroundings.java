package dev.capdrop.core.boot;

import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.unit.SystemFacts;

/// What a boot finds besides the unit files.
///
/// @param version of systemd as it names itself, `257.8-1~deb13u2`; empty when unknown
/// @param facts what specifiers ask
/// @param machine what conditions ask
/// @param unprivileged whether the container's root is another user of the host
public record Surroundings(
        String version, SystemFacts facts, Machine machine, boolean unprivileged) {}
