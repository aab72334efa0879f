package dev.capdrop.core.condition;

/// One `Condition…=` or `Assert…=` line, parsed.
///
/// @param type the name without `Condition` or `Assert`, as in `Capability`, `PathExists`
/// @param trigger whether it was written with `|`: of all triggers one must hold
/// @param negate whether it was written with `!`
/// @param parameter the right side, specifiers expanded
public record Condition(String type, boolean trigger, boolean negate, String parameter) {
    /// The line as one would write it, `ConditionCapability=!CAP_SYS_RAWIO`.
    public String format() {
        return "Condition" + type + "=" + (trigger ? "|" : "") + (negate ? "!" : "") + parameter;
    }
}
