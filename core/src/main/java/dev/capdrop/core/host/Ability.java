package dev.capdrop.core.host;

/// A part of capdrop's work that a host may not allow. To read recordings, decode and explain a
/// capability asks nothing of it.
public enum Ability {
    /// To look at containers of this host.
    LOOK("check"),
    /// To change a container, and to take it back.
    CHANGE("apply"),
    /// To take capabilities from a PID 1 that runs.
    LIVE("apply --live"),
    /// To watch which capabilities are used.
    LEARN("learn");

    private final String command;

    Ability(String command) {
        this.command = command;
    }

    /// The command that stands for it, as its administrator types it behind `capdrop`.
    public String command() {
        return command;
    }
}
