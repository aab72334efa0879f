package dev.capdrop.cli.change;

import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.ResultText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.Subject;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Says how a command ended that changes containers, to people and as JSON: the same for one, for
/// all of a host, and for lines that several share.
///
/// @param verb its name, `apply` or `undo`
record Ending(String verb, Host host, Output output, Terminal terminal) {
    /// A document that `plan` would have written; null where nothing was planned.
    @FunctionalInterface
    interface PlanDocument extends Supplier<@Nullable Object> {
        /// Nothing was planned.
        PlanDocument NONE = () -> null;
    }

    /// Says that nothing was done because something is against it.
    ExitCode refused(Subject subject, Decision.LeftOut left, PlanDocument plan) throws IOException {
        return unchanged(
                subject,
                "refused: " + left.sentence(),
                plan,
                List.of(),
                ExitCode.of(left.weight(), true));
    }

    ExitCode declined(Subject subject, PlanDocument plan) throws IOException {
        return unchanged(subject, "nothing was changed", plan, List.of(), ExitCode.FINDINGS);
    }

    /// Says that nothing was done, nor planned.
    ExitCode unchanged(Subject subject, String outcome, ExitCode code) throws IOException {
        return unchanged(subject, outcome, PlanDocument.NONE, List.of(), code);
    }

    /// Says that nothing was done.
    ///
    /// @param restart the containers that run, and are not yet as their next start makes them
    ExitCode unchanged(
            Subject subject, String outcome, PlanDocument plan, List<String> restart, ExitCode code)
            throws IOException {
        terminal.talk("%s", outcome);
        if (code == ExitCode.OK) {
            restarts(restart);
        }
        Rollout rollout = Rollout.of(List.of(new Rollout.Unchanged(subject, outcome)));
        return written(plan, rollout, restart, code);
    }

    /// Says that nothing was planned because something is against it, or nobody agreed.
    ExitCode refused(Subject subject, Decision.LeftOut left) throws IOException {
        return refused(subject, left, PlanDocument.NONE);
    }

    ExitCode declined(Subject subject) throws IOException {
        return declined(subject, PlanDocument.NONE);
    }

    /// Says how the change of one container ended.
    ///
    /// @param result null when it is said already what came in between
    ExitCode of(@Nullable Result result, PlanDocument plan) throws IOException {
        if (result == null) {
            return ExitCode.FAILURE;
        }
        if (!output.isJson()) {
            String command = host.command(result.entry().before().subject());
            new ResultText(terminal, 0, command).write(result);
        }
        Rollout rollout = Rollout.of(List.of(new Rollout.Changed(result)));
        return written(plan, rollout, List.of(), code(rollout));
    }

    /// Says how the changes of all containers of a host ended.
    ///
    /// @param rollout null where none was begun
    ExitCode ofAll(PlanDocument plan, @Nullable Rollout rollout, ExitCode code) throws IOException {
        if (rollout == null) {
            return written(plan, Rollout.of(List.of()), List.of(), code);
        }
        if (!output.isJson()) {
            new AllText(terminal).write(rollout, host::command);
        }
        return written(plan, rollout, List.of(), code.or(code(rollout)));
    }

    /// Says how a change of lines ended, and what became of those that share them.
    ///
    /// @param plan none where the command went on without one
    /// @param rollout null when it is said already what came in between
    /// @param restart the containers that run and go on as they are; null where they are to be
    ///   looked for
    ExitCode of(
            HostDrop drop,
            PlanDocument plan,
            @Nullable Rollout rollout,
            @Nullable List<String> restart)
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
        return written(plan, rollout, waiting, code(rollout));
    }

    private void restarts(List<String> targets) {
        if (!output.isJson()) {
            new SharedPlanText(terminal).restarts(targets);
        }
    }

    private static ExitCode code(Rollout rollout) {
        return rollout.complete() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private ExitCode written(
            PlanDocument plan, Rollout rollout, List<String> restart, ExitCode code)
            throws IOException {
        if (output.isJson()) {
            output.writeJson(
                    verb.equals("undo")
                            ? RolloutReport.undo(rollout, restart)
                            : RolloutReport.apply(plan.get(), rollout, restart));
        }
        terminal.requireWritten();
        return code;
    }

    /// The containers that run and are not yet as a change left the lines; none where nobody can
    /// tell, which takes nothing from what was done.
    private List<String> waiting(HostDrop drop, JournalEntry entry) {
        try {
            return entry.phase().goesBack()
                    ? drop.lacking(entry.drop())
                    : drop.holding(entry.drop());
        } catch (IOException | UsageException unreadable) {
            terminal.complain("%s", Mistakes.sentence(unreadable));
            return List.of();
        }
    }
}
