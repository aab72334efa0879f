package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.trial.Loss;
import dev.capdrop.core.trial.TrialResult;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/trial/1` as a tree for [Json].
public final class TrialReport {
    private TrialReport() {}

    /// What a trial has shown.
    public static Object of(TrialText.Tried tried) {
        TrialResult result = tried.result();
        return object(
                "schema",
                "capdrop/trial/1",
                "target",
                tried.target(),
                "proven",
                tried.proven(),
                "unfinished",
                result.unfinished(),
                "tried",
                result.tried().names(),
                "drop",
                result.drop().names(),
                "needed",
                result.needed().stream().map(TrialReport::needed).toList(),
                "boots",
                result.boots().stream().map(TrialReport::boot).toList(),
                "compared",
                tried.baseline().compared(),
                "notCompared",
                tried.baseline().noise().stream().sorted().toList(),
                "notTried",
                tried.untried(),
                "differences",
                tried.differences(),
                "keptIn",
                tried.keptIn(),
                "apply",
                tried.apply(),
                "plan",
                tried.plan() == null ? null : JsonReports.plan(tried.target(), tried.plan()));
    }

    private static Map<String, @Nullable Object> needed(TrialResult.Needed needed) {
        TrialResult.Boot without = needed.without();
        return object(
                "capability",
                needed.capability().name(),
                "boot",
                without == null ? null : without.number(),
                "losses",
                without == null
                        ? List.of()
                        : without.losses().stream().map(TrialReport::loss).toList());
    }

    private static Map<String, @Nullable Object> boot(TrialResult.Boot boot) {
        return object(
                "number",
                boot.number(),
                "dropped",
                boot.dropped().names(),
                "works",
                boot.works(),
                "losses",
                boot.losses().stream().map(TrialReport::loss).toList(),
                "seconds",
                boot.seconds());
    }

    private static Map<String, @Nullable Object> loss(Loss loss) {
        return object(
                "kind",
                loss.kind().word(),
                "name",
                loss.name(),
                "before",
                loss.before(),
                "after",
                loss.after());
    }
}
