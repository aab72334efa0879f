package dev.capdrop.core.container;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import org.jspecify.annotations.Nullable;

/// What came of looking for an edit of a configuration: the edit, or why there is none.
public sealed interface Editing {
    /// The edit, for a caller that knows there is one.
    ///
    /// @throws IllegalStateException when there is none
    default ConfigEdit orElseThrow() {
        return switch (this) {
            case ConfigEdit edit -> edit;
            case Uneditable why -> throw new IllegalStateException(why.toString());
        };
    }

    /// Why a file is not edited.
    sealed interface Uneditable extends Editing {
        /// The file.
        String path();
    }

    /// Its configuration does not load.
    ///
    /// @param error why; null when the file cannot be read
    record NotLoaded(String path, @Nullable LoadError error) implements Uneditable {}

    /// Wherever a line stands in it, another one undoes the drop.
    ///
    /// @param drop what was to be dropped
    /// @param by what undoes it
    record DropUndone(String path, CapabilitySet drop, Obstacle by) implements Uneditable {}

    /// Wherever a line stands in it, another one forbids nesting.
    record NestingUndone(String path) implements Uneditable {}

    /// It has the name of the file that capdrop writes for all containers, and somebody else wrote
    /// it.
    ///
    /// @param header what the file would begin with if it were ours
    record NotOurs(String path, String header) implements Uneditable {}

    /// What takes a drop out of force, wherever it is written.
    enum Obstacle {
        /// A line behind it.
        LATER_LINE,
        /// The raw lines of Proxmox VE that wait for the next start replace all others.
        PENDING_RAW_LINES,
        /// Another file, or the command line of systemd-nspawn.
        OTHER_SETTINGS,
        /// Nothing: the drop itself would take the lines of an Incus profile out of force.
        LINES_OF_PROFILE
    }

    /// An edit of one configuration file: the smallest that does what was asked. It drops
    /// capabilities, or it allows nesting.
    ///
    /// @param path the file
    /// @param before its content, a string of bytes
    /// @param after its content with the edit
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
}
