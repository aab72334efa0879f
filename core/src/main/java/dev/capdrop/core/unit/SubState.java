package dev.capdrop.core.unit;

/// The sub-states of units that this program tells apart.
///
/// Source: systemd's `service_state_table`, `socket_state_table`, `mount_state_table` and their
/// like.
public enum SubState {
    RUNNING("running"),
    LISTENING("listening"),
    MOUNTED("mounted"),
    /// Active, and nothing of it runs any more.
    EXITED("exited"),
    /// Active until what it waits for comes.
    WAITING("waiting"),
    /// It has ended, and systemd is about to start it again; newer ones say `auto-restart-queued`,
    /// too.
    AUTO_RESTART("auto-restart"),
    /// Any other.
    OTHER("other");

    private final String word;

    SubState(String word) {
        this.word = word;
    }

    /// systemd's word, but of [#OTHER].
    public String word() {
        return word;
    }

    /// The state of this word; [#OTHER] where it is none of these.
    public static SubState of(String word) {
        if (word.startsWith(AUTO_RESTART.word)) {
            return AUTO_RESTART;
        }
        for (SubState state : values()) {
            if (state.word.equals(word)) {
                return state;
            }
        }
        return OTHER;
    }
}
