package dev.capdrop.core.change;

import dev.capdrop.core.container.ConfigEdit;

/// What is to become of a container, or of the file that all share: the same for one that was named
/// and for all of a host.
public sealed interface Decision {
    /// It is to be changed.
    ///
    /// @param edit the plan's edit
    /// @param restarts whether that takes effect with a restart only
    record Ready(ConfigEdit edit, boolean restarts) implements Decision {}

    /// It needs nothing.
    record Idle() implements Decision {}

    /// It is left as it is.
    ///
    /// @param reason a clause about "it"
    /// @param advice what to do about it, a clause; empty where the reason says it, or nothing can
    ///   be done
    /// @param weight what that means for whoever asked
    record LeftOut(String reason, String advice, Weight weight) implements Decision {
        /// Left out, with no advice.
        public LeftOut(String reason, Weight weight) {
            this(reason, "", weight);
        }

        /// The reason, and what to do about it.
        public String sentence() {
            return advice.isEmpty() ? reason : reason + "; " + advice;
        }
    }

    /// What it means that something is left as it is.
    enum Weight {
        /// It was never to be changed here: worth a word among all, and a refusal only to who has
        /// named it.
        NOT_OURS,
        /// It may have to be changed, and is not.
        REFUSED,
        /// Nobody can tell.
        UNKNOWN
    }
}
