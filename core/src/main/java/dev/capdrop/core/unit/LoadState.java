package dev.capdrop.core.unit;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The result of loading a unit.
public enum LoadState {
    LOADED("loaded"),
    /// The file is empty or a symlink to `/dev/null`.
    MASKED("masked"),
    NOT_FOUND("not-found"),
    /// A necessary setting is wrong or missing.
    BAD_SETTING("bad-setting"),
    /// systemd cannot parse the file.
    ERROR("error"),
    /// capdrop did not read all files, so systemd's result is not known; no word of systemd's.
    UNREAD("unread"),
    /// A word that capdrop does not know: a newer systemd's, or a snapshot's.
    OTHER("");

    private static final Map<String, LoadState> BY_WORD =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(LoadState::word, state -> state));

    private final String word;

    LoadState(String word) {
        this.word = word;
    }

    /// Returns systemd's word, or `unread`; empty for [#OTHER].
    public String word() {
        return word;
    }

    public static LoadState of(String word) {
        return BY_WORD.getOrDefault(word, OTHER);
    }
}
