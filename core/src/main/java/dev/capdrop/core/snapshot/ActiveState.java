package dev.capdrop.core.snapshot;

import dev.capdrop.core.document.ResourceTable;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The states of units that capdrop tells apart.
///
/// Source: systemd's `unit_active_state_table`.
public enum ActiveState {
    ACTIVE,
    INACTIVE,
    FAILED,
    ACTIVATING,
    DEACTIVATING,
    RELOADING,
    /// The unit is up, and `systemctl reload` is mounting its system extensions anew.
    REFRESHING,
    /// The unit does not run, and its leftovers are being removed: `systemctl clean`.
    MAINTENANCE,
    /// The unit is started, as far as files tell ([Systemd.Source#FILES]); its own program, or that
    /// of what it requires, decides the rest. The sub-state is the one it has if they do well.
    STARTED,
    /// The files, which are all that was read, do not tell.
    UNDECIDED,
    /// Any other state: a newer systemd's word.
    OTHER;

    private static final Map<String, ActiveState> BY_WORD =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(ActiveState::word, state -> state));

    /// Returns the word in a snapshot, which is systemd's for the first eight; empty for
    /// [#UNDECIDED].
    public String word() {
        return this == UNDECIDED ? "" : ResourceTable.word(this);
    }

    /// Whether such a unit does not run, has not failed, and is neither about to start nor to stop.
    public boolean isDown() {
        return this == INACTIVE || this == MAINTENANCE;
    }

    public static ActiveState after(Outcome outcome) {
        return switch (outcome) {
            case NOT_STARTED, SKIPPED, INACTIVE -> INACTIVE;
            case UNDECIDED -> UNDECIDED;
            case FAILED -> FAILED;
            case STARTED -> STARTED;
            case ACTIVE -> ACTIVE;
        };
    }

    /// Returns the state of this word; [#OTHER] where there is none.
    public static ActiveState of(String word) {
        return BY_WORD.getOrDefault(word, OTHER);
    }
}
