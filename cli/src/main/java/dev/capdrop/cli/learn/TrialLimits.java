package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.snapshot.Evidence.Quota;
import java.time.Duration;
import java.util.List;

/// The limits of a trial.
///
/// @param boots how many copies may be booted at most
/// @param boot how long a boot may take, and a shutdown
/// @param settle how long a copy runs after its boot before it is looked at
/// @param parallel how many copies may run at a time
record TrialLimits(int boots, Duration whole, Duration boot, Duration settle, int parallel) {
    /// The unchanged configuration twice at the beginning, and at the end once more after what was
    /// found.
    static final int FRAME = 4;

    private static final int MOST_PARALLEL = 8;

    /// Returns the number of copies that may run beside a container without using up what they
    /// share with it: each is taken to need as much of a user's quota as all that use it by now.
    ///
    /// @param quotas those of the container; empty where none are known
    static int parallel(List<Quota> quotas, int processors) {
        long most = quotas.isEmpty() ? 1 : Math.min(processors, MOST_PARALLEL);
        for (Quota quota : quotas) {
            if (quota.user() >= 0 && quota.limit() != Long.MAX_VALUE) {
                long used = Math.max(quota.used(), 1);
                most = Math.min(most, (quota.limit() - used) / used);
            }
        }
        return (int) Math.max(most, 1);
    }

    /// @throws UsageException when a number is none that can be meant
    TrialLimits {
        if (boots <= FRAME) {
            throw new UsageException(
                    "--boots %s: expected %s or more; %s are for what is compared with, and for the proof"
                            .formatted(boots, FRAME + 1, FRAME));
        }
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new UsageException(
                    "--parallel " + parallel + ": expected a number from 1 to " + MOST_PARALLEL);
        }
    }
}
