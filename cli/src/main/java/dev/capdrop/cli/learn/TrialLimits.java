package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.snapshot.Evidence.Quota;
import module java.base;

/// The limits of a trial: `boots` of copies, as long as `boot` each, their shutdown, too, looked at
/// after `settle`, some in `parallel`.
record TrialLimits(int boots, Duration whole, Duration boot, Duration settle, int parallel) {
    /// The boots of the unchanged configuration, and the last one of what was found.
    static final int FRAME = 4;

    private static final int MOST_PARALLEL = 8;

    /// Returns how many copies may run, each needing as much of a quota as is used now.
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
