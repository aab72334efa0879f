package dev.capdrop.cli.command;

/// That a failure within this program ended a command, and how that was left. The cause is the
/// failure.
final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String state;

    /// @param state what the command has left, one sentence; empty where it left nothing
    BrokenException(Throwable failure, String state) {
        super(failure);
        this.state = state;
    }

    /// What the command has left, one sentence; empty where it left nothing.
    String state() {
        return state;
    }
}
