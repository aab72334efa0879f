package dev.capdrop.core.explanation;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.CapabilityLine;

/// A line of a configuration that drops or keeps capabilities.
///
/// @param line the line
/// @param inForce what of it counts in the end; empty where a later line clears it
public record Entry(CapabilityLine line, CapabilitySet inForce) {}
