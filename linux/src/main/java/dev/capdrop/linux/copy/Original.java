package dev.capdrop.linux.copy;

import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;

/// A container that copies are made of; it need not run.
///
/// @param text its configuration
/// @param lastCapability the number of the last capability that the kernel knows
public record Original(ContainerId id, ConfigurationText text, int lastCapability) {}
