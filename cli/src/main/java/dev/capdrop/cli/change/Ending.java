package dev.capdrop.cli.change;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.drop.ResultText;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.LiveStep.LiveReport;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Says how a command (`verb`) ended that changes containers, to people and as JSON.
///
/// @param plan the document that `plan` would have written; null where nothing was planned
record Ending(
        String verb, Host host, Output output, Terminal terminal, Supplier<@Nullable Object> plan) {
    Ending(String verb, Host host, Output output, Terminal terminal) {
        this(verb, host, output, terminal, () -> null);
    }

    Ending with(Supplier<@Nullable Object> document) {
        return new Ending(verb, host, output, terminal, document);
    }

    ExitCode refused(Subject subject, Decision.LeftOut left) throws IOException {
        return unchanged(subject, "refused: " + left.sentence(), ExitCode.of(left.weight(), true));
    }

    ExitCode declined(Subject subject) throws IOException {
        return unchanged(subject, "nothing was changed", ExitCode.FINDINGS);
    }

    ExitCode unchanged(Subject subject, String outcome, ExitCode code) throws IOException {
        return unchanged(subject, outcome, List.of(), code);
    }

    /// Says that nothing was done, and which running containers wait for their next start.
    ExitCode unchanged(Subject subject, String outcome, List<String> restart, ExitCode code)
            throws IOException {
        terminal.talk("%s", outcome);
        if (code == ExitCode.OK) {
            restarts(restart);
        }
        return written(Rollout.of(List.of(new Rollout.Unchanged(subject, outcome))), restart, code);
    }

    /// Says how the change of one container ended, unless its failure (null) was told already.
    ExitCode of(@Nullable Result result) throws IOException {
        if (result == null) {
            return ExitCode.FAILURE;
        }
        if (!output.isJson()) {
            String command = host.command(result.entry().before().subject());
            new ResultText(terminal, 0, command).write(result);
        }
        Rollout rollout = Rollout.of(List.of(new Rollout.Changed(result)));
        return written(rollout, List.of(), code(rollout));
    }

    /// Takes turns where somebody agrees, and says how they ended; `code` is of what came before.
    ExitCode ofAll(
            Turns turns, int parallel, String nothing, Errand<Boolean> consent, ExitCode code)
            throws IOException {
        Rollout done = Rollout.of(List.of());
        ExitCode end = code;
        if (turns.isEmpty()) {
            terminal.talk("%s", nothing);
        } else if (consent.take()) {
            done = turns.take(parallel);
            if (!output.isJson()) {
                new AllText(terminal).write(done, host::command);
            }
            end = code.or(turns.code()).or(code(done));
        } else {
            terminal.talk("nothing was changed");
            end = code.or(ExitCode.FINDINGS);
        }
        return written(done, List.of(), end);
    }

    /// Says how a change of lines ended, unless its failure (null) was told already.
    ///
    /// @param restart the containers that run and go on as they are; null where to be looked for
    ExitCode of(HostDrop drop, @Nullable Rollout rollout, @Nullable List<String> restart)
            throws IOException {
        if (rollout == null) {
            return ExitCode.FAILURE;
        }
        JournalEntry lines = null;
        for (Rollout.Turn turn : rollout.turns()) {
            if (turn instanceof Rollout.Changed(Result result)) {
                if (turn.subject() instanceof Subject.Lines) {
                    lines = result.entry();
                } else if (!output.isJson()) {
                    terminal.line("%s", Text.foreign(turn.subject().target()).strong());
                    new ResultText(terminal, 2, drop.arguments()).write(result);
                }
            }
        }
        if (lines == null) {
            throw new IllegalArgumentException("no turn of the lines");
        }
        List<String> waiting = restart == null ? waiting(drop, lines) : restart;
        terminal.talk("%s", lines.phase().ended() ? lines.outcome() : drop.pending(lines));
        rollout.problems().forEach(problem -> terminal.complain("%s", problem));
        restarts(waiting);
        return written(rollout, waiting, code(rollout));
    }

    private void restarts(List<String> targets) {
        if (!output.isJson()) {
            new SharedPlanText(terminal).restarts(targets);
        }
    }

    private static ExitCode code(Rollout rollout) {
        return rollout.complete() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private ExitCode written(Rollout rollout, List<String> restart, ExitCode code)
            throws IOException {
        if (output.isJson()) {
            output.writeJson(
                    verb.equals("undo")
                            ? undo(rollout, restart)
                            : apply(plan.get(), rollout, restart));
        }
        terminal.requireWritten();
        return code;
    }

    /// Returns the containers that run and are not yet as a change left the lines; none if unknown.
    private List<String> waiting(HostDrop drop, JournalEntry entry) {
        try {
            return entry.phase().goesBack()
                    ? drop.lacking(entry.drop())
                    : drop.holding(entry.drop());
        } catch (IOException | Mistakes.UsageException unreadable) {
            terminal.complain("%s", Mistakes.sentence(unreadable));
            return List.of();
        }
    }

    /// Returns what `apply` came to; `restart` names the containers that wait for a restart.
    static Object apply(@Nullable Object plan, Rollout rollout, List<String> restart) {
        return document("capdrop/apply/2").with("plan", plan).all(turns(rollout, restart));
    }

    static Object undo(Rollout rollout, List<String> restart) {
        return document("capdrop/undo/2").all(turns(rollout, restart));
    }

    private static Map<String, @Nullable Object> turns(Rollout rollout, List<String> restart) {
        Rollout.Stop stop = rollout.stop();
        return members()
                .list("turns", rollout.turns(), Ending::turn)
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

    private static Json.Members turn(
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
        return turn("changed", entry.before().subject(), entry, entry.outcome())
                .all(JsonReports.verified(result.verification()))
                .with("rolledBack", result.rolledBack())
                .orNull("live", result.live(), Ending::live)
                .with("diff", entry.phase().goesBack() ? "" : JsonReports.diff(entry.edit()));
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
