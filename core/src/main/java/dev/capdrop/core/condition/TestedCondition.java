package dev.capdrop.core.condition;

/// A condition and what systemd found when it last started the unit.
///
/// @param condition the condition
/// @param result SUCCEEDED, FAILED or UNTESTED, with negation applied as systemd reports it
public record TestedCondition(Condition condition, ConditionResult result) {}
