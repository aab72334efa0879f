package dev.capdrop.core.rule;

/// What has shown a rule to be right.
///
/// @param text the words for it: the recorded boots, a test, or nothing but the source
public record Evidence(String text) {
    /// Forecasts over the boots that are kept in bench/recordings name it, and none that is
    /// definite is wrong.
    static final Evidence RECORDED = new Evidence("recorded boots");

    /// No boot has shown it.
    static final Evidence SOURCE = new Evidence("source alone");

    /// A test does: one on containers, or one that holds the rule to what its source says.
    ///
    /// @param name of its class
    static Evidence test(String name) {
        return new Evidence(name);
    }

    /// Whether it is the recorded boots.
    public boolean isRecorded() {
        return equals(RECORDED);
    }

    /// Whether there is a test of it, of which [#text] is the class then.
    public boolean isTest() {
        return !isRecorded() && !equals(SOURCE);
    }
}
