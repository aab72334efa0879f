package dev.capdrop.core.snapshot;

import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// The states of units that capdrop tells apart (systemd's `unit_active_state_table`).
public enum ActiveState {
    ACTIVE,
    INACTIVE,
    FAILED,
    ACTIVATING,
    DEACTIVATING,
    RELOADING,
    /// `systemctl reload` is mounting its system extensions anew.
    REFRESHING,
    /// `systemctl clean` is removing its leftovers; it does not run.
    MAINTENANCE,
    /// Started, as far as files tell ([Systemd.Source#FILES]): a program decides the rest.
    STARTED,
    /// The files, which are all that was read, do not tell.
    UNDECIDED,
    OTHER;

    private static final Map<String, ActiveState> BY_WORD =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(ActiveState::word, state -> state));

    /// Returns systemd's word, or ours for the last ones; empty for [#UNDECIDED].
    public String word() {
        return this == UNDECIDED ? "" : ResourceTable.word(this);
    }

    /// Whether such a unit does not run, has not failed, and is not about to do either.
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

    public static ActiveState of(String word) {
        return BY_WORD.getOrDefault(word, OTHER);
    }
}
