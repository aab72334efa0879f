package dev.capdrop.core.change;

/// A failure of this program itself in the middle of a restart, thrown once what could be done for
/// the container was done.
public final class BrokenOffException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String state;

    /// @param state how the container was left, one clause
    BrokenOffException(Throwable failure, String state) {
        super(sentence(failure) + "; " + state, failure);
        this.state = state;
    }

    /// Returns how the container was left, one clause.
    public String state() {
        return state;
    }

    static String sentence(Throwable failure) {
        return failure instanceof BrokenOffException
                ? String.valueOf(failure.getMessage())
                : "capdrop itself failed: " + failure;
    }
}
