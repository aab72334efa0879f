package dev.capdrop.linux.copy;

import java.nio.file.Path;

/// The wishes for throw-away copies of a container.
///
/// @param stateDirectory where what belongs to them is kept and recorded
/// @param network whether they have the container's network
/// @param keep whether what they wrote stays when they have ended
/// @param snapshot the snapshot that they are made of; empty for the container as it is
public record CopyWishes(Path stateDirectory, boolean network, boolean keep, String snapshot) {}
