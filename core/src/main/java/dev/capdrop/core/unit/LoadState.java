package dev.capdrop.core.unit;

import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// The result of loading a unit.
public enum LoadState {
    LOADED,
    /// The file is empty or a symlink to `/dev/null`.
    MASKED,
    NOT_FOUND,
    /// A necessary setting is wrong or missing.
    BAD_SETTING,
    ERROR,
    /// capdrop did not read all files, so systemd's result is not known; no word of systemd's.
    UNREAD,
    /// A word that capdrop does not know: a newer systemd's, or a snapshot's.
    OTHER;

    private static final Map<String, LoadState> BY_WORD =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(LoadState::word, state -> state));

    /// Returns systemd's word, or `unread`; empty for [#OTHER].
    public String word() {
        return this == OTHER ? "" : ResourceTable.word(this);
    }

    public static LoadState of(String word) {
        return BY_WORD.getOrDefault(word, OTHER);
    }
}
