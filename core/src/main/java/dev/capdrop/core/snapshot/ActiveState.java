package dev.capdrop.core.snapshot;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The states of units that this program tells apart.
///
/// Source: systemd's `unit_active_state_table`.
public enum ActiveState {
    ACTIVE("active"),
    INACTIVE("inactive"),
    FAILED("failed"),
    ACTIVATING("activating"),
    DEACTIVATING("deactivating"),
    RELOADING("reloading"),
    /// It is up, and its system extensions are being mounted anew, as `systemctl reload` does
    /// before it reloads the service.
    REFRESHING("refreshing"),
    /// It does not run, and what it left behind is being removed: `systemctl clean`.
    MAINTENANCE("maintenance"),
    /// Of a unit of which only files were read ([Systemd.Source#FILES]): it is started, and what
    /// comes of it rests with its own program, or with that of what it requires. Its sub-state is
    /// then the one in which it is when they do well.
    STARTED("started"),
    /// Of a unit of which only files were read, and they do not tell.
    UNDECIDED(""),
    /// Any other: a newer systemd's word.
    OTHER("other");

    private static final Map<String, ActiveState> BY_WORD =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(ActiveState::word, state -> state));

    private final String word;

    ActiveState(String word) {
        this.word = word;
    }

    /// The word for it in a snapshot, which is systemd's for the first eight.
    public String word() {
        return word;
    }

    /// Whether a unit in it does not run, has not failed, and is neither about to start nor to
    /// stop.
    public boolean isDown() {
        return this == INACTIVE || this == MAINTENANCE;
    }

    /// The state of a unit that came to this.
    public static ActiveState after(Outcome outcome) {
        return switch (outcome) {
            case NOT_STARTED, SKIPPED, INACTIVE -> INACTIVE;
            case UNDECIDED -> UNDECIDED;
            case FAILED -> FAILED;
            case STARTED -> STARTED;
            case ACTIVE -> ACTIVE;
        };
    }

    /// The state of this word; [#OTHER] where it is none.
    public static ActiveState of(String word) {
        return BY_WORD.getOrDefault(word, OTHER);
    }
}
