package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;

/// An edit of one configuration file: the smallest that does what was asked. It drops capabilities,
/// or it allows nesting.
///
/// @param path the file
/// @param before its content, a string of bytes
/// @param after its content with the edit
/// @param addedToDrop the names that the edit put on a drop list
/// @param removedFromKeep the names that the edit took from keep lists
/// @param nesting whether it allows nesting; it drops nothing then
public record ConfigEdit(
        String path,
        String before,
        String after,
        CapabilitySet addedToDrop,
        CapabilitySet removedFromKeep,
        boolean nesting)
        implements Editing {
    /// One that drops these.
    public ConfigEdit(
            String path,
            String before,
            String after,
            CapabilitySet addedToDrop,
            CapabilitySet removedFromKeep) {
        this(path, before, after, addedToDrop, removedFromKeep, false);
    }

    /// Whether there is anything to write.
    public boolean changes() {
        return !before.equals(after);
    }
}
