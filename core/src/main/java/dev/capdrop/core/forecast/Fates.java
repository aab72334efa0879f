package dev.capdrop.core.forecast;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.snapshot.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known by now of what becomes of each unit, in the words that other units ask for.
record Fates(Draft draft) {
    boolean isInactive(String name) {
        Effect effect = draft.effect(name);
        return effect != null && effect.after() == Outcome.INACTIVE;
    }

    /// Its conditions are asked when what it requires has started, and not at all when that has
    /// failed (systemd's src/core/job.c, `job_fail_dependencies`).
    boolean isSkipped(String name) {
        Effect effect = draft.effect(name);
        return effect != null && effect.after() == Outcome.SKIPPED;
    }

    boolean mayStart(String name) {
        Effect effect = draft.effect(name);
        return effect == null ? draft.undecided(name) != null : starts(effect);
    }

    static boolean starts(Effect effect) {
        return effect.after() != Outcome.SKIPPED && effect.after() != Outcome.NOT_STARTED;
    }

    boolean isLost(String name) {
        Effect effect = draft.effect(name);
        return effect != null
                && effect.before().isUp()
                && !effect.after().isUp()
                && effect.after() != Outcome.INACTIVE;
    }

    boolean mayFail(String name) {
        Effect effect = draft.effect(name);
        Undecided open = draft.undecided(name);
        return effect != null
                ? effect.changes() && effect.after() == Outcome.FAILED
                : open == null ? draft.isInDoubt(name) : open.byDrop();
    }

    @Nullable String firstThatMayFail(List<String> names) {
        return names.stream().filter(this::mayFail).findFirst().orElse(null);
    }

    CapabilitySet mayBeMissedBy(String name) {
        Undecided open = draft.undecided(name);
        return open == null ? CapabilitySet.EMPTY : open.capabilities();
    }
}
