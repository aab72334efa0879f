package dev.capdrop.core.diagnosis;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.snapshot.UnitDetail.Activation;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitType;
import org.jspecify.annotations.Nullable;

/// Units that systemd was asked to start and did not begin with, although their conditions hold:
/// they count as inactive, and their jobs as failed.
///
/// Source: systemd's src/core/unit.c, `unit_start`; src/core/swap.c, `swap_supported`, which asks
/// whether PID 1 is in a container.
final class NotBegun {
    private static final Cause SWAP =
            new Cause.NotNamespaced("giving swap space to the host's kernel");

    private NotBegun() {}

    static @Nullable Cause why(UnitState unit) {
        Activation last = unit.detail().activation();
        boolean asked = last.conditionResult() && last.conditionMicros() > last.activatedMicros();
        if (!asked || !unit.loaded() || !unit.active().isDown() || unit.failed()) {
            return null;
        }
        for (Condition.Tested row : unit.detail().asserts()) {
            if (row.result() == Condition.Result.FAILED) {
                return new Cause.AssertionFailed(row.condition().formatAssertion());
            }
        }
        return unit.type() == UnitType.SWAP ? SWAP : null;
    }
}
