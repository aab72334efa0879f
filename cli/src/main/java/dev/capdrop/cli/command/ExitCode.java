package dev.capdrop.cli.command;

/// What the program's exit status says.
public enum ExitCode {
    /// Nothing to do, or done.
    OK(0),
    /// There are findings; for `apply`: it refused, or rolled back.
    FINDINGS(1),
    /// It could not run.
    FAILURE(2);

    private final int status;

    ExitCode(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /// The graver of the two.
    public ExitCode or(ExitCode other) {
        return other.status > status ? other : this;
    }
}
