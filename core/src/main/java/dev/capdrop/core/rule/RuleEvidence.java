package dev.capdrop.core.rule;

/// What has shown a rule to be right.
///
/// @param text the words for it: the recorded boots, a test, or nothing but the source
public record RuleEvidence(String text) {
    /// Forecasts over the boots that are kept in bench/recordings name it, and none that is
    /// definite is wrong.
    static final RuleEvidence RECORDED = new RuleEvidence("recorded boots");

    /// No boot has shown it.
    static final RuleEvidence SOURCE = new RuleEvidence("source alone");

    /// A test does: one on containers, or one that holds the rule to what its source says.
    ///
    /// @param name of its class
    static RuleEvidence test(String name) {
        return new RuleEvidence(name);
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
