package dev.capdrop.cli.command;

import dev.capdrop.cli.render.ResultText;
import dev.capdrop.cli.render.SharedPlanText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.change.SharedRestart;
import dev.capdrop.core.journal.JournalEntry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Says how a command ended that is about lines which containers share, to people and as JSON.
///
/// @param command its name, `apply` or `undo`
record SharedEnd(String command, HostDrop drop, Output output, Terminal terminal) {
    /// The schema of a command's JSON.
    static String schema(HostDrop drop, String command) {
        return "capdrop/" + (drop.sharing().restarts() ? "profile-" : "host-") + command + "/1";
    }

    /// What a command came to that restarted nobody.
    ///
    /// @param planned the plan; null where there is none
    /// @param entry the journal's entry; null when nothing was written
    /// @param restarts the containers that are to be restarted
    /// @return the exit status
    int say(
            HostDrop.@Nullable Planned planned,
            @Nullable JournalEntry entry,
            String outcome,
            List<String> restarts,
            ExitCode code)
            throws IOException {
        terminal.talk("%s", outcome);
        if (output.isJson()) {
            report(planned, entry, outcome, restarts, null);
        } else if (code == ExitCode.OK) {
            new SharedPlanText(terminal).restarts(restarts);
        }
        terminal.requireWritten();
        return code.status();
    }

    /// What came of a change and its restarts.
    ///
    /// @param planned the plan; null where the command went on without one
    /// @return the exit status
    int say(HostDrop.@Nullable Planned planned, SharedRestart.Outcome outcome) throws IOException {
        JournalEntry entry = outcome.entry();
        if (!output.isJson()) {
            for (Result result : outcome.results()) {
                terminal.line("%s", Text.foreign(result.entry().target()).strong());
                new ResultText(terminal, 2, drop.arguments()).write(result);
            }
        }
        terminal.talk("%s", entry.phase().ended() ? entry.outcome() : drop.pending(entry));
        outcome.problems().forEach(problem -> terminal.complain("%s", problem));
        if (output.isJson()) {
            report(planned, entry, entry.outcome(), waiting(entry), outcome);
        } else {
            new SharedPlanText(terminal).restarts(waiting(entry));
        }
        terminal.requireWritten();
        return (outcome.complete() ? ExitCode.OK : ExitCode.FINDINGS).status();
    }

    /// The containers that run and are not yet as a change left the lines; none where nobody can
    /// tell, which takes nothing from what was done.
    List<String> waiting(JournalEntry entry) {
        try {
            return entry.phase().goesBack()
                    ? drop.lacking(entry.drop())
                    : drop.holding(entry.drop());
        } catch (IOException | UsageException unreadable) {
            terminal.complain("%s", Mistakes.sentence(unreadable));
            return List.of();
        }
    }

    private void report(
            HostDrop.@Nullable Planned planned,
            @Nullable JournalEntry entry,
            String outcome,
            List<String> restarts,
            SharedRestart.@Nullable Outcome restarted)
            throws IOException {
        String schema = schema(drop, command);
        Map<String, @Nullable Object> report =
                planned == null
                        ? SharedPlanText.Report.undone(
                                schema,
                                drop.sharing().words(),
                                drop.id().configPath(),
                                entry,
                                outcome,
                                restarts)
                        : SharedPlanText.Report.applied(
                                schema,
                                planned.plan(),
                                drop.sharing().words(),
                                planned.node(),
                                planned.unread(),
                                entry,
                                outcome);
        report.put("restart", restarts);
        if (drop.sharing().restarts()) {
            SharedPlanText.Report.addRestarts(report, restarted);
        }
        output.writeJson(report);
    }
}
