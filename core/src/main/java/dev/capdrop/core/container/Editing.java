package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import org.jspecify.annotations.Nullable;

/// The result of looking for an edit of a configuration: the edit, or why there is none.
public sealed interface Editing {
    /// Returns the edit, or throws IllegalStateException when there is none.
    default ConfigEdit orElseThrow() {
        return switch (this) {
            case ConfigEdit edit -> edit;
            case Uneditable why -> throw new IllegalStateException(why.toString());
        };
    }

    sealed interface Uneditable extends Editing {
        String path();
    }

    /// The configuration does not load; `error` is null when the file cannot be read.
    record NotLoaded(String path, @Nullable LoadError error) implements Uneditable {}

    /// Wherever the line stands in the file, another one undoes the drop.
    record DropUndone(String path, CapabilitySet drop, Obstacle by) implements Uneditable {}

    /// Wherever the line stands in the file, another one forbids nesting.
    record NestingUndone(String path) implements Uneditable {}

    /// The file is named as the one that capdrop writes for all containers, but lacks our `header`.
    record NotOurs(String path, String header) implements Uneditable {}

    /// An obstacle that takes a drop out of force wherever it is written.
    enum Obstacle {
        LATER_LINE,
        /// The raw lines of Proxmox VE that wait for the next start replace all others.
        PENDING_RAW_LINES,
        OTHER_SETTINGS,
        /// The drop itself, which would take the lines of an Incus profile out of force.
        LINES_OF_PROFILE
    }

    /// The smallest edit of one configuration file that drops capabilities or allows nesting.
    ///
    /// @param before the file's content, a string of bytes
    /// @param addedToDrop the names that the edit put on a drop list
    /// @param removedFromKeep the names that the edit took from keep lists
    /// @param nesting whether it allows nesting; it drops nothing then
    record ConfigEdit(
            String path,
            String before,
            String after,
            CapabilitySet addedToDrop,
            CapabilitySet removedFromKeep,
            boolean nesting)
            implements Editing {
        /// Returns the way back of an edit, which adds nothing.
        public static ConfigEdit back(String path, String before, String after) {
            return new ConfigEdit(
                    path, before, after, CapabilitySet.EMPTY, CapabilitySet.EMPTY, false);
        }

        public boolean changes() {
            return !before.equals(after);
        }
    }
}
