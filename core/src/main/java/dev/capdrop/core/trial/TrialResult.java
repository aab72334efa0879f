package dev.capdrop.core.trial;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The result of a trial: all boots in their order, and why it ended early, one clause or empty.
public record TrialResult(
        CapabilitySet tried, List<Needed> needed, List<Boot> boots, String unfinished) {
    /// A capability that is kept, and the boot that failed for want of it alone; null where none
    /// did.
    public record Needed(Capability capability, @Nullable Boot without) {}

    public CapabilitySet drop() {
        return tried.minus(CapabilitySet.of(needed.stream().map(Needed::capability).toList()));
    }

    /// Whether each capability that is kept is shown to be needed, and the rest not to be.
    public boolean proven() {
        return unfinished.isEmpty() && needed.stream().allMatch(one -> one.without() != null);
    }

    /// A boot of a copy with fewer capabilities than the container.
    ///
    /// @param number of all boots of the trial, from 1 on
    /// @param losses what was lost; empty where all works
    /// @param seconds how long the boot took, with what was looked at
    public record Boot(int number, CapabilitySet dropped, List<Loss> losses, long seconds) {
        public boolean works() {
            return losses.isEmpty();
        }

        /// Whether the copy came up and its boot ended, whatever was lost.
        public boolean ended() {
            return losses.stream().noneMatch(loss -> loss.kind() == Loss.Kind.BOOT);
        }
    }

    /// A loss by fewer capabilities: of a unit or a probe's command, or of the copy, which has no
    /// name.
    public record Loss(Kind kind, String name, String before, String after) {

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
