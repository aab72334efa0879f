package dev.capdrop.core.trial;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a trial has shown.
///
/// @param boots all boots, in their order, those with the unchanged configuration among them
/// @param unfinished why it ended before the set was minimal and confirmed, one clause; empty when
///   it did not
public record TrialResult(
        CapabilitySet tried, List<Needed> needed, List<Boot> boots, String unfinished) {
    public TrialResult {
        needed = List.copyOf(needed);
        boots = List.copyOf(boots);
    }

    /// A capability that is kept.
    ///
    /// @param without the boot that failed without it, though it had all others that are kept; null
    ///   where no boot has shown that
    public record Needed(Capability capability, @Nullable Boot without) {}

    public CapabilitySet drop() {
        return tried.minus(CapabilitySet.of(needed.stream().map(Needed::capability).toList()));
    }

    /// Whether each capability that is kept is shown to be needed, and the rest not to be.
    public boolean proven() {
        return unfinished.isEmpty() && needed.stream().allMatch(one -> one.without() != null);
    }

    /// A boot of a copy with fewer capabilities, and what came of it.
    ///
    /// @param number of all boots of the trial, from 1 on
    /// @param dropped what its configuration drops more than the container's own
    /// @param losses what was lost; empty where all works
    /// @param seconds how long the boot took, with what was looked at
    public record Boot(int number, CapabilitySet dropped, List<Loss> losses, long seconds) {
        public Boot {
            losses = List.copyOf(losses);
        }

        public boolean works() {
            return losses.isEmpty();
        }

        /// Whether the copy came up and its boot ended, whatever was lost.
        public boolean ended() {
            return losses.stream().noneMatch(loss -> loss.kind() == Loss.Kind.BOOT);
        }
    }

    /// What worked in copies with the unchanged configuration, and did not in one with fewer
    /// capabilities.
    ///
    /// @param name the unit's name or the probe's command; empty for the copy as a whole
    public record Loss(Kind kind, String name, String before, String after) {
        /// What can be lost.
        public enum Kind {
            /// A unit failed or does not run.
            UNIT,
            /// A command inside failed.
            PROBE,
            /// The copy did not start, or did not end its boot.
            BOOT,
            /// The copy did not shut down in time.
            SHUTDOWN;

            public String word() {
                return ResourceTable.word(this);
            }
        }

        public String sentence() {
            String what =
                    switch (kind) {
                        case UNIT -> name;
                        case PROBE -> "'" + name + "'";
                        case BOOT, SHUTDOWN -> "the " + kind.word();
                    };
            return what + ": " + before + " -> " + after;
        }
    }
}
