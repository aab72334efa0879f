package dev.capdrop.cli.command;

import dev.capdrop.cli.render.SharedPlanText;
import dev.capdrop.cli.render.SharedReports;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `capdrop undo --host`: takes the last change of the file that all containers share back.
final class HostUndo {
    private final HostDrop drop;
    private final Output output;
    private final Terminal terminal;

    HostUndo(HostDrop drop, Output output, Terminal terminal) {
        this.drop = drop;
        this.output = output;
        this.terminal = terminal;
    }

    /// Asks, and takes it back.
    ///
    /// @param yes whether nobody is asked
    /// @return the exit status
    int undo(Journal journal, boolean yes) throws IOException {
        try (Journal.Lock _ = journal.lock(drop.id().target())) {
            JournalEntry last = drop.last();
            if (last == null) {
                String outcome =
                        "capdrop has written nothing to '"
                                + drop.id().configPath()
                                + "' that could be taken back"
                                + (drop.isThere()
                                        ? "; that file is another's, or of a journal that is gone: remove it by hand"
                                        : "");
                return end(null, outcome, List.of(), ExitCode.OK);
            }
            Text question =
                    Text.of(
                            "Take back the drop of %s from '%s'? No container is restarted; each holds it again from its next start on.",
                            last.drop(), last.edit().path());
            if (!yes && !Consent.given(output, terminal, question)) {
                return end(null, "nothing was changed", List.of(), ExitCode.FINDINGS);
            }
            OpenFiles.requireEnough();
            JournalEntry undone = drop.change().undo(last);
            return end(undone, undone.outcome(), drop.lacking(undone.drop()), ExitCode.OK);
        }
    }

    private int end(
            @Nullable JournalEntry entry, String outcome, List<String> restarts, ExitCode code)
            throws IOException {
        terminal.talk("%s", outcome);
        if (output.isJson()) {
            output.writeJson(
                    SharedReports.undone(drop.id().configPath(), entry, outcome, restarts));
        } else {
            new SharedPlanText(terminal).restarts(restarts);
        }
        terminal.requireWritten();
        return code.status();
    }
}
