package dev.capdrop.cli.command;

import dev.capdrop.cli.render.PendingText;
import dev.capdrop.cli.render.ResultText;
import dev.capdrop.cli.render.SharedPlanText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.change.SharedRestart;
import java.io.IOException;
import java.util.List;

/// Says how a change of shared lines ended, and that of each container that was restarted.
record SharedEnd(HostDrop drop, Output output, Terminal terminal) {
    /// Looks which containers run and have not come to it yet.
    @FunctionalInterface
    interface Waiting {
        List<String> look() throws IOException;
    }

    /// Those containers; none where nobody can tell, which takes nothing from what was done.
    List<String> told(Waiting waiting) {
        try {
            return waiting.look();
        } catch (IOException | UsageException unreadable) {
            terminal.complain("%s", Mistakes.sentence(unreadable));
            return List.of();
        }
    }

    /// Says it.
    ///
    /// @return the exit status
    int say(SharedRestart.Outcome outcome, Waiting waiting) throws IOException {
        if (!output.isJson()) {
            for (Result result : outcome.results()) {
                terminal.line("%s", Text.foreign(result.entry().target()).strong());
                new ResultText(terminal, 2, drop.arguments()).write(result);
            }
        }
        terminal.talk(
                "%s",
                outcome.entry().phase().ended()
                        ? outcome.entry().outcome()
                        : PendingText.sentence(outcome.entry(), drop.arguments()));
        outcome.problems().forEach(problem -> terminal.complain("%s", problem));
        if (!output.isJson()) {
            new SharedPlanText(terminal).restarts(told(waiting));
        }
        terminal.requireWritten();
        return (outcome.complete() ? ExitCode.OK : ExitCode.FINDINGS).status();
    }
}
