package dev.capdrop.core.verification;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.Set;

/// A boot beside the forecast of it.
public final class NextBoot {
    private NextBoot() {}

    /// Each unit of a boot beside what is forecast of it.
    ///
    /// @param before what the forecast is made from
    /// @param drop what of that the boot is without
    /// @param after the boot
    public static Verification comparison(Snapshot before, CapabilitySet drop, Snapshot after) {
        Init init = before.init();
        if (init == null) {
            throw new IllegalArgumentException("the container does not run");
        }
        return Comparison.of(
                Forecaster.over(before).forecast(init.bounding().minus(drop)),
                Comparison.Purpose.DROPPING,
                drop,
                Set.of(),
                before,
                after);
    }
}
