package dev.capdrop.linux.libc;

/// Something that holds whichever the [KernelPort].
///
/// @param text its words
/// @param check throws an AssertionError where it does not hold
record Sentence(String text, Check check) {
    /// Whether it holds.
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    @Override
    public String toString() {
        return text;
    }
}
