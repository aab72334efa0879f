package dev.capdrop.cli.change;

import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.PlanText;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import module java.base;

/// `capdrop undo` with `--host` or `--profile`: takes the last change of shared lines back.
record HostUndo(
        Host host,
        HostDrop drop,
        Exclusion exclusion,
        Output output,
        Terminal terminal,
        RestartOptions restart) {
    ExitCode undo(Journal journal) throws IOException {
        try (Journal.Lock _ = journal.lock(drop.id().target());
                Heartbeat heartbeat = Heartbeat.on(terminal)) {
            JournalEntry last = drop.last();
            String gone = drop.gone(last == null ? "" : last.edit().after());
            if (last == null) {
                String outcome =
                        "capdrop has written nothing to '%s' that could be taken back%s"
                                .formatted(
                                        drop.id().configPath(),
                                        gone.isEmpty() ? others() : "; " + gone);
                return ending().unchanged(drop.id(), outcome, ExitCode.OK);
            }
            if (!gone.isEmpty()) {
                return close(journal, last, gone, heartbeat);
            }
            if (!output.isJson()) {
                PlanText.writeDiff(terminal, drop.change().takingBack(last));
                terminal.requireWritten();
            }
            ProfileRestarts restarter =
                    new ProfileRestarts(host, drop, exclusion, restart, terminal);
            List<ContainerId> included = drop.restarts() ? restarter.toUndo(last) : List.of();
            if (!restart.agreed(output, terminal, () -> question(last, included))) {
                return ending().declined(drop.id());
            }
            Rollout rollout =
                    Guard.over(
                            host,
                            drop.id(),
                            terminal,
                            () ->
                                    drop.restarts()
                                            ? restarter.undo(last, included, heartbeat)
                                            : Rollout.of(drop.change().undo(last)));
            return ending().of(drop, rollout, null);
        }
    }

    private Ending ending() {
        return new Ending("undo", host, output, terminal);
    }

    private String others() throws IOException {
        return drop.isThere() && !drop.restarts()
                ? "; another program wrote that file, or its journal is gone: remove it by hand"
                : "";
    }

    /// Closes what the journal says of lines that are gone, and starts what a restart left down.
    private ExitCode close(Journal journal, JournalEntry last, String gone, Heartbeat heartbeat)
            throws IOException {
        Text question =
                Text.of(
                        "%s. Close its entries in capdrop's journal%s?",
                        Text.foreign(gone), Text.foreign(Changes.toStart(host, last)));
        if (!restart.agreed(output, terminal, () -> question)) {
            return ending().declined(drop.id());
        }
        String outcome = gone + "; its entries in the journal are closed";
        JournalEntry closed =
                Guard.over(
                        host, drop.id(), terminal, () -> closed(journal, last, outcome, heartbeat));
        return closed == null
                ? ExitCode.FAILURE
                : ending().unchanged(drop.id(), outcome, ExitCode.FINDINGS);
    }

    private JournalEntry closed(
            Journal journal, JournalEntry last, String outcome, Heartbeat heartbeat)
            throws IOException {
        ProfileRestarts restarter = new ProfileRestarts(host, drop, exclusion, restart, terminal);
        JournalEntry open = last;
        JournalEntry closed = last;
        while (open != null) {
            for (String problem : restarter.close(open, outcome, heartbeat)) {
                terminal.complain("%s", problem);
            }
            closed = open.with(JournalEntry.Phase.UNDONE, outcome);
            journal.write(closed);
            open = drop.last();
        }
        return closed;
    }

    private Text question(JournalEntry last, List<ContainerId> included) throws IOException {
        return drop.restarts() && !restart.noRestart
                ? Text.of(
                        "Take back the drop of %s from '%s', and restart these one after the other, as far as they run without it: %s?",
                        last.drop(),
                        last.edit().path(),
                        Text.names(included.stream().map(ContainerId::target).toList()))
                : Text.of(
                        "Take back the drop of %s from '%s'%s? No container that runs is restarted; each holds it again from its next start on.",
                        last.drop(), last.edit().path(), Text.foreign(Changes.toStart(host, last)));
    }
}
