package dev.capdrop.core.rule;

/// From which version on what a rule says is so, as far as it is known.
///
/// @param text the words for it
public record Since(String text) {
    /// It follows from what was seen, or was not, whatever the version.
    static final Since ANY = new Since("any version");

    /// Every version that was ever booted is so, of 247 to 262; which was the first nobody has
    /// looked for.
    static final Since BOOTED = new Since("every version booted, systemd 247 on");

    /// The same, of boots of 245 to 257.
    static final Since BOOTED_245 = new Since("every version booted, systemd 245 on");

    /// It could not be established.
    static final Since UNKNOWN = new Since("unknown");

    /// What brought it is in the notes of this release of systemd's, or "Added in version" of its
    /// manual pages says so.
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
