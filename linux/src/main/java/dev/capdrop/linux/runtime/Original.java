package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import java.nio.file.Path;

/// A container that copies are made of, which need not run, and what they are to be like.
///
/// @param stateDirectory where what belongs to them is kept and recorded
/// @param network whether they have the container's network
/// @param keep whether what they wrote stays when they have ended
/// @param snapshot the snapshot that they are made of; empty for the container as it is
public record Original(
        ContainerId id,
        ConfigurationText text,
        int lastCapability,
        Path stateDirectory,
        boolean network,
        boolean keep,
        String snapshot) {
    /// A copy that a killed trial has left, and one sentence of why; empty where it was removed.
    public record LeftCopy(String name, String why) {}
}
