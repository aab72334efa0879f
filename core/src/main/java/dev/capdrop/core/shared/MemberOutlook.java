package dev.capdrop.core.shared;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import java.util.List;

/// What a drop for all makes of one container.
///
/// @param target the container
/// @param running whether it runs
/// @param excluded whether it was left out of the sum
/// @param drop what it no longer holds from its next start on, and held without the drop
/// @param waits what its PID 1 holds and its next start does not bring back, by this drop or by an
///   earlier change: nothing where it does not run
/// @param forecast what that start makes of its units; [Forecast#NONE] when nothing is known of
///   them, or the drop does not reach it
/// @param loses its units that it loses
/// @param note why the drop does not reach it, or why nothing is known of it, one sentence
///   fragment; empty where neither is so
public record MemberOutlook(
        String target,
        boolean running,
        boolean excluded,
        CapabilitySet drop,
        CapabilitySet waits,
        Forecast forecast,
        List<String> loses,
        String note) {
    public MemberOutlook {
        loses = List.copyOf(loses);
    }

    /// The failed units that its next start no longer lets fail.
    public List<String> heals() {
        return forecast.healed();
    }
}
