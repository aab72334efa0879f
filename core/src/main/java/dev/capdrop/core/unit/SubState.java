package dev.capdrop.core.unit;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The sub-states of units that capdrop tells apart.
///
/// Source: systemd's `service_state_table`, `socket_state_table`, `mount_state_table` and their
/// like.
public enum SubState {
    RUNNING("running"),
    LISTENING("listening"),
    MOUNTED("mounted"),
    /// The unit is active, and no process of it runs any more.
    EXITED("exited"),
    /// The unit is active until the awaited event comes.
    WAITING("waiting"),
    /// systemd is about to start the unit again; newer ones say `auto-restart-queued`, too.
    AUTO_RESTART("auto-restart"),
    /// Any other sub-state.
    OTHER("other");

    private static final Map<String, SubState> BY_WORD =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(SubState::word, state -> state));

    private final String word;

    SubState(String word) {
        this.word = word;
    }

    /// Returns systemd's word, but for [#OTHER].
    public String word() {
        return word;
    }

    public static SubState of(String word) {
        if (word.startsWith(AUTO_RESTART.word)) {
            return AUTO_RESTART;
        }
        return BY_WORD.getOrDefault(word, OTHER);
    }
}
