package dev.capdrop.cli.command;

import dev.capdrop.cli.render.JsonReports;
import dev.capdrop.cli.render.ResultText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Journal;
import dev.capdrop.core.change.JournalEntry;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `capdrop undo`: takes the last apply back.
@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        description =
                "Takes the last apply back: our entries only, whatever else was edited since.")
final class UndoCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TARGET", description = "lxc:NAME or NAME")
    String target = "";

    @Mixin RestartOptions restart = new RestartOptions();
    @Mixin HostOptions host = new HostOptions();
    @Mixin Output output = new Output();

    @Override
    public Integer call() throws IOException {
        HostOptions.requireRoot();
        restart.requireConsent("undo");
        Terminal terminal = output.terminal();
        ContainerId container = host.container(target);
        Journal journal = host.journal();
        try (Journal.Lock _ = journal.lock(container.target())) {
            JournalEntry last = last(journal.entries(container.target()));
            if (last == null) {
                terminal.talk(
                        "capdrop has changed nothing in '"
                                + container.name()
                                + "' that could be taken back");
                return ExitCode.OK.status();
            }
            return undo(terminal, journal, container, last);
        }
    }

    private int undo(Terminal terminal, Journal journal, ContainerId container, JournalEntry last)
            throws IOException {
        String question =
                "Take back the drop of "
                        + last.drop()
                        + " from '"
                        + container.name()
                        + "' and restart it if it runs?";
        if (!restart.yes && !Consent.given(terminal, question)) {
            terminal.talk("nothing was changed");
            return ExitCode.FINDINGS.status();
        }
        try (Guard _ = Guard.over(journal, container, terminal)) {
            Result result = Changes.change(host, terminal::talk).undo(last, restart.restart());
            if (output.isJson()) {
                output.writeJson(JsonReports.result("capdrop/undo/1", result));
            } else {
                new ResultText(terminal).write(result);
            }
        }
        terminal.flush();
        return ExitCode.OK.status();
    }

    private static @Nullable JournalEntry last(List<JournalEntry> entries) {
        for (JournalEntry entry : entries.reversed()) {
            if (entry.phase().ended() && !entry.edit().changes()) {
                continue;
            }
            switch (entry.phase()) {
                case UNDONE, ROLLED_BACK, ABANDONED -> {}
                case WRITING, RESTARTING, WAITING_FOR_RESTART, ROLLING_BACK, UNDOING, APPLIED -> {
                    return entry;
                }
            }
        }
        return null;
    }
}
