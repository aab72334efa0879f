package dev.capdrop.lab;

/// What a bench holds to be so. The benches run without the libraries of the tests.
final class Must {
    private Must() {}

    /// @param seen what there was instead
    static void hold(boolean holds, Object seen) {
        if (!holds) {
            throw new AssertionError(seen.toString());
        }
    }
}
