package dev.capdrop.core.unit;

/// What came of loading a unit.
public enum LoadState {
    LOADED("loaded"),
    /// Its file is empty or a symlink to `/dev/null`.
    MASKED("masked"),
    NOT_FOUND("not-found"),
    /// A setting that it cannot do without is wrong or missing.
    BAD_SETTING("bad-setting"),
    /// systemd cannot parse its file.
    ERROR("error"),
    /// This program did not read all of its files, so that what systemd makes of them is not known;
    /// no word of systemd's.
    UNREAD("unread");

    private final String word;

    LoadState(String word) {
        this.word = word;
    }

    /// systemd's word, or `unread`.
    public String word() {
        return word;
    }
}
