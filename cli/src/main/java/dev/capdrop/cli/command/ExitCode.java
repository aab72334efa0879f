package dev.capdrop.cli.command;

import dev.capdrop.core.change.Decision;
import module java.base;

/// The meanings of the program's exit status.
public enum ExitCode {
    /// Nothing to do, or done.
    OK(0),
    /// There are findings; for `apply`: it refused, or rolled back.
    FINDINGS(1),
    /// The program could not run.
    FAILURE(2),
    /// The program has made a mistake itself.
    BROKEN(3);

    private final int status;

    ExitCode(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /// Returns the meaning of a container that is left as it is.
    public static ExitCode of(Decision.Weight weight, boolean named) {
        return switch (weight) {
            case NOT_OURS -> named ? FINDINGS : OK;
            case REFUSED -> FINDINGS;
            case UNKNOWN -> FAILURE;
        };
    }

    public static <T> ExitCode worst(Collection<T> all, Function<T, ExitCode> code) {
        return all.stream().map(code).reduce(OK, ExitCode::or);
    }

    public ExitCode or(ExitCode other) {
        return other.status > status ? other : this;
    }
}
