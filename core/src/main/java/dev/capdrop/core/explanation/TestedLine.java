package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.condition.TestedCondition;
import dev.capdrop.core.unit.Setting;
import org.jspecify.annotations.Nullable;

/// One condition or assertion of a unit, what came of it, and where it stands.
///
/// @param tested the condition and its result
/// @param decides whether it is this row that decided over the unit
/// @param line where it stands in the unit's files; null when that is not known
/// @param standing what the capability that it asks for is worth here; null when it asks for
///   something else
public record TestedLine(
        TestedCondition tested,
        boolean decides,
        @Nullable Setting line,
        @Nullable Standing standing) {
    /// A capability in one container.
    ///
    /// @param capability the capability
    /// @param held whether PID 1's bounding set holds it
    /// @param honoured whether the kernel honours it in this container at any place that matters
    /// @param inert whether it does so at no place at all
    public record Standing(Capability capability, boolean held, boolean honoured, boolean inert) {}
}
