package dev.capdrop.core.snapshot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.ConditionResult;

/// A condition and what systemd found when it last started the unit.
///
/// @param condition the condition
/// @param result SUCCEEDED, FAILED or UNTESTED, with negation applied as systemd reports it
public record TestedCondition(Condition condition, ConditionResult result) {}
