package dev.capdrop.core.unit;

import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// The sub-states of units that capdrop tells apart (systemd's `service_state_table`,
/// `socket_state_table`, `mount_state_table` and their like).
public enum SubState {
    RUNNING,
    LISTENING,
    MOUNTED,
    /// The unit is active, and no process of it runs any more.
    EXITED,
    /// The unit is active until the awaited event comes.
    WAITING,
    /// systemd is about to start the unit again; newer ones say `auto-restart-queued`, too.
    AUTO_RESTART,
    OTHER;

    private static final Map<String, SubState> BY_WORD =
            Stream.of(values())
                    .collect(Collectors.toUnmodifiableMap(SubState::word, state -> state));

    /// Returns systemd's word, but for [#OTHER].
    public String word() {
        return ResourceTable.word(this);
    }

    public static SubState of(String word) {
        return word.startsWith("auto-restart") ? AUTO_RESTART : BY_WORD.getOrDefault(word, OTHER);
    }
}
