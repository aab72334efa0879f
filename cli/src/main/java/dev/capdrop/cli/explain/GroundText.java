package dev.capdrop.cli.explain;

import dev.capdrop.cli.check.CauseText;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.explanation.UnitExplanation.Ground;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import java.util.List;

/// Puts the ground of a unit's state into words.
final class GroundText {
    static String id(Ground ground) {
        return switch (ground) {
            case Ground.PartlyRead _ -> "not-loaded";
            case Ground.Conditions _ -> "condition";
            case Ground.Assertions _ -> "assertion";
            default -> Json.word(ground.getClass());
        };
    }

    static List<String> units(Ground ground) {
        return switch (ground) {
            case Ground.Started started -> started.by();
            case Ground.Waiting waiting -> waiting.triggers();
            case Ground.KeptBack kept -> kept.missing();
            case Ground.NotTried notTried -> notTried.by();
            case Ground.NotLoaded _,
                    Ground.PartlyRead _,
                    Ground.Conditions _,
                    Ground.Assertions _,
                    Ground.Failure _,
                    Ground.Ended _,
                    Ground.NotWanted _ ->
                    List.of();
        };
    }

    static String sentence(Ground ground) {
        return switch (ground) {
            case Ground.NotLoaded not -> notLoaded(not);
            case Ground.PartlyRead part ->
                    withProblems(
                            "what starts it is not known, for not all units were read",
                            part.problems());
            case Ground.Conditions _ -> "its conditions do not hold";
            case Ground.Assertions _ -> "its conditions hold, but an assertion does not";
            case Ground.Failure failure -> CauseText.sentence(failure.cause());
            case Ground.Started started ->
                    started.by().isEmpty()
                            ? "started by hand, on demand, or by itself"
                            : "started because of " + String.join(", ", started.by());
            case Ground.Ended ended ->
                    ended.exit() == null
                            ? "it ran and ended"
                            : "it ran and ended (" + CauseText.exit(ended.exit()) + ")";
            case Ground.Waiting waiting ->
                    "it waits to be triggered by " + String.join(", ", waiting.triggers());
            case Ground.KeptBack kept ->
                    "it requires " + String.join(", ", kept.missing()) + ", not active";
            case Ground.NotWanted _ -> "nothing that is active starts it";
            case Ground.NotTried notTried ->
                    "not tried by this boot, although %s would start it"
                            .formatted(String.join(", ", notTried.by()));
        };
    }

    private static String notLoaded(Ground.NotLoaded not) {
        String why =
                switch (LoadState.of(not.loadState())) {
                    case NOT_FOUND -> "it has no file";
                    case MASKED -> "it is masked";
                    case ERROR -> "systemd cannot read its file";
                    case BAD_SETTING ->
                            "systemd refuses it: a setting that it cannot do without is wrong or missing";
                    case UNREAD ->
                            "not all of its files could be read, or systemd did not say all of it";
                    case LOADED, OTHER -> "its unit is " + not.loadState();
                };
        return withProblems(why, not.problems());
    }

    private static String withProblems(String why, List<String> problems) {
        return problems.isEmpty() ? why : why + ": " + String.join("; ", problems);
    }
}
