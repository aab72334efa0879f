package dev.capdrop.cli.command;

import java.time.Duration;

/// What a trial may take.
///
/// @param boots how many copies may be booted at most
/// @param whole how long all of it may take
/// @param boot how long a boot may take, and a shutdown
/// @param settle how long a copy runs after its boot before it is looked at
/// @param parallel how many copies may run at a time
record TrialLimits(int boots, Duration whole, Duration boot, Duration settle, int parallel) {
    /// The unchanged configuration twice at the beginning, and at the end once more after what was
    /// found.
    static final int FRAME = 4;

    private static final int MOST_PARALLEL = 8;

    /// @throws UsageException when a number is none that can be meant
    TrialLimits {
        if (boots <= FRAME) {
            throw new UsageException(
                    "--boots "
                            + boots
                            + ": expected "
                            + (FRAME + 1)
                            + " or more; "
                            + FRAME
                            + " are for what is compared with, and for the proof");
        }
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new UsageException(
                    "--parallel " + parallel + ": expected a number from 1 to " + MOST_PARALLEL);
        }
    }
}
