package dev.capdrop.cli.change;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.change.LiveStep.LiveReport;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Subject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/apply/2` and `capdrop/undo/2`: a change as a tree for JSON, whatever it was of.
final class RolloutReport {
    private RolloutReport() {}

    /// Returns what `apply` came to; `restart` names the containers that wait for a restart.
    public static Object apply(@Nullable Object plan, Rollout rollout, List<String> restart) {
        Map<String, @Nullable Object> report = object("schema", "capdrop/apply/2", "plan", plan);
        report.putAll(turns(rollout, restart));
        return report;
    }

    /// Returns what `undo` came to; `restart` names the containers that wait for a restart.
    public static Object undo(Rollout rollout, List<String> restart) {
        Map<String, @Nullable Object> report = object("schema", "capdrop/undo/2");
        report.putAll(turns(rollout, restart));
        return report;
    }

    private static Map<String, @Nullable Object> turns(Rollout rollout, List<String> restart) {
        Rollout.Stop stop = rollout.stop();
        return members()
                .list("turns", rollout.turns(), RolloutReport::turn)
                .list("notBegun", rollout.notBegun(), Subject::target)
                .with("stoppedBy", stop == null ? null : Json.word(stop))
                .with("problems", rollout.problems())
                .with("restart", restart);
    }

    private static Object turn(Rollout.Turn turn) {
        return switch (turn) {
            case Rollout.Changed(Result result) -> changed(result);
            case Rollout.Unchanged(Subject subject, String outcome) ->
                    turn("unchanged", subject, null, outcome);
            case Rollout.Failed(Subject subject, String outcome) ->
                    turn("failed", subject, null, outcome);
        };
    }

    private static Map<String, @Nullable Object> turn(
            String end, Subject subject, @Nullable JournalEntry entry, String outcome) {
        return members()
                .with("target", subject.target())
                .with("file", subject.configPath())
                .with("end", end)
                .with("drop", entry == null ? List.of() : entry.drop().names())
                .with("remedy", entry == null ? null : JsonReports.remedy(entry))
                .with("phase", entry == null ? null : Json.word(entry.phase()))
                .with("outcome", outcome);
    }

    private static Object changed(Result result) {
        JournalEntry entry = result.entry();
        Map<String, @Nullable Object> turn =
                turn("changed", entry.before().subject(), entry, entry.outcome());
        turn.putAll(JsonReports.verified(result.verification()));
        turn.put("rolledBack", result.rolledBack());
        turn.put("live", result.live() == null ? null : live(result.live()));
        turn.put("diff", entry.phase().goesBack() ? "" : JsonReports.diff(entry.edit()));
        return turn;
    }

    private static Object live(LiveReport live) {
        return members()
                .with("gone", live.gone().names())
                .with(
                        "stoodStillMicros",
                        live.stoodStill() == null ? null : live.stoodStill().toNanos() / 1_000)
                .with("cleared", live.cleared())
                .with("uncleared", live.uncleared())
                .with("why", live.why())
                .with("outdated", live.outdated());
    }
}
