package dev.capdrop.core.unit;

/// What came of loading a unit, by systemd's words.
public enum LoadState {
    LOADED("loaded"),
    /// Its file is empty or a symlink to `/dev/null`.
    MASKED("masked"),
    NOT_FOUND("not-found"),
    /// A setting that it cannot do without is wrong or missing.
    BAD_SETTING("bad-setting"),
    /// Its file could not be read or parsed.
    ERROR("error");

    private final String word;

    LoadState(String word) {
        this.word = word;
    }

    /// systemd's word.
    public String word() {
        return word;
    }
}
