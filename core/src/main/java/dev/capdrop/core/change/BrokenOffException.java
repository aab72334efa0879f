package dev.capdrop.core.change;

/// That this program itself failed in the middle of a restart: a mistake in it, or a machine that
/// gives it no memory or no part of itself. The cause is that failure. It comes once what could be
/// done for the container was done.
public final class BrokenOffException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String state;

    /// @param state how the container was left, one clause
    BrokenOffException(Throwable failure, String state) {
        super(sentence(failure) + "; " + state, failure);
        this.state = state;
    }

    /// How the container was left, one clause.
    public String state() {
        return state;
    }

    /// What is said of such a failure where there are no better words.
    static String sentence(Throwable failure) {
        return failure instanceof BrokenOffException
                ? String.valueOf(failure.getMessage())
                : "capdrop itself failed: " + failure;
    }
}
