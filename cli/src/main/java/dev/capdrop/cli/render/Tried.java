package dev.capdrop.cli.render;

import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.trial.Baseline;
import dev.capdrop.core.trial.TrialResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is told of a trial.
///
/// @param target the container
/// @param command what follows a command's name to mean it
/// @param result what was shown
/// @param baseline what was compared with
/// @param untried the units that run in the container and in no copy
/// @param differences what copies had otherwise, one sentence each
/// @param keptIn where what they wrote is; empty where it is gone
/// @param plan the plan of the drop that was found; null where there is none
public record Tried(
        String target,
        String command,
        TrialResult result,
        Baseline baseline,
        List<String> untried,
        List<String> differences,
        String keptIn,
        @Nullable Plan plan) {
    /// The lists are copied.
    public Tried {
        untried = List.copyOf(untried);
        differences = List.copyOf(differences);
    }

    /// Whether the set is minimal and was confirmed, for all that runs in the container.
    public boolean proven() {
        return result.proven() && untried.isEmpty();
    }

    /// What drops in the container what was found; empty where nothing is to be dropped.
    String apply() {
        return result.drop().isEmpty()
                ? ""
                : "capdrop apply "
                        + command
                        + " --goal none --drop "
                        + String.join(",", result.drop().names());
    }
}
