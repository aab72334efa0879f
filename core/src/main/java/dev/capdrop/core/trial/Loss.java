package dev.capdrop.core.trial;

/// What worked in copies with the unchanged configuration, and did not in one with fewer
/// capabilities.
///
/// @param kind what it is of
/// @param name the unit's name or the probe's command; empty for the copy as a whole
/// @param before what it was
/// @param after what it is
public record Loss(Kind kind, String name, String before, String after) {
    /// What can be lost.
    public enum Kind {
        /// A unit failed or does not run.
        UNIT("unit"),
        /// A command inside failed.
        PROBE("probe"),
        /// The copy did not start, or did not end its boot.
        BOOT("boot"),
        /// The copy did not shut down in time.
        SHUTDOWN("shutdown");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// The word for it in JSON.
        public String word() {
            return word;
        }
    }

    /// The same in a few words.
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
