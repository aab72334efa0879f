package dev.capdrop.core.host;

/// What came of a look at one thing of a host. Not to know it is another answer than that it is not
/// there.
///
/// @param <T> what is known where it is known
public sealed interface Fact<T> {
    /// It was seen.
    ///
    /// @param <T> what it is
    record Known<T>(T value) implements Fact<T> {}

    /// The host does not have it.
    ///
    /// @param <T> what it would be
    record Absent<T>() implements Fact<T> {}

    /// It could not be seen.
    ///
    /// @param why what kept us from it, as half a sentence
    /// @param <T> what it may be
    record Unknown<T>(String why) implements Fact<T> {}
}
