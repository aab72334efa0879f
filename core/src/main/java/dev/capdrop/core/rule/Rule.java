package dev.capdrop.core.rule;

import java.util.Locale;

/// What decides what the next boot makes of a unit, or leaves it undecided: a row of a table.
public interface Rule {
    /// Its name in its table.
    String name();

    /// The word for it, as in `file-capabilities`.
    default String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// When it decides, in words that say it of the unit.
    String meaning();

    /// Where it is written: manual pages, and functions of systemd, of liblxc, of the kernel or of
    /// the program; that it follows from what was seen where it is capdrop's own.
    String source();

    /// Since when it is so.
    Since since();

    /// What has shown it.
    Evidence evidence();

    /// What has shown a rule to be right.
    ///
    /// @param text the words for it: the recorded boots, a test, or nothing but the source
    record Evidence(String text) {
        /// Forecasts over the boots that are kept in bench/recordings name it, and none that is
        /// definite is wrong.
        static final Evidence RECORDED = new Evidence("recorded boots");

        /// No boot has shown it.
        static final Evidence SOURCE = new Evidence("source alone");

        /// A test does: one on containers, or one that holds the rule to what its source says.
        ///
        /// @param name of its class
        static Evidence test(String name) {
            return new Evidence(name);
        }

        /// Whether it is the recorded boots.
        public boolean isRecorded() {
            return equals(RECORDED);
        }

        /// Whether there is a test of it, of which [#text] is the class then.
        public boolean isTest() {
            return !isRecorded() && !equals(SOURCE);
        }
    }

    /// From which version on what a rule says is so, as far as it is known.
    ///
    /// @param text the words for it
    record Since(String text) {
        /// It follows from what was seen, or was not, whatever the version.
        static final Since ANY = new Since("any version");

        /// Every version that was ever booted is so, of 247 to 262; which was the first nobody has
        /// looked for.
        static final Since BOOTED = new Since("every version booted, systemd 247 on");

        /// The same, of boots of 245 to 257.
        static final Since BOOTED_245 = new Since("every version booted, systemd 245 on");

        /// It could not be established.
        static final Since UNKNOWN = new Since("unknown");

        /// What brought it is in the notes of this release of systemd's, or "Added in version" of
        /// its manual pages says so.
        static Since systemd(int version) {
            return new Since("since systemd " + version);
        }

        static Since linux(String version) {
            return new Since("since Linux " + version);
        }

        /// Whether it could be established.
        public boolean isKnown() {
            return !equals(UNKNOWN);
        }
    }
}
