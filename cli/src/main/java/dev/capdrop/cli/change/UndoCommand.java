package dev.capdrop.cli.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.drop.PlanText;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.drop.SharedOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop undo`: takes the last apply back.
final class UndoCommand extends HostCommand {
    private @Nullable String target;
    private boolean all;
    private final RestartOptions restart = new RestartOptions();
    private final SharedOptions shared = new SharedOptions();
    private final Exclusion exclusion = new Exclusion("each");

    @Override
    protected CommandModel model() {
        return new CommandModel("undo", this)
                .operand("TARGET", "0..1", word -> target = word)
                .flag("--all", on -> all = on)
                .with(restart, where, shared, exclusion, output);
    }

    @Override
    public ExitCode call() throws IOException {
        Host host = where.host();
        host.requireRoot();
        restart.requireConsent("undo", output);
        Terminal terminal = output.terminal();
        exclusion.require(all || shared.profile != null, "--all or --profile");
        if (all) {
            if (target != null || shared.wholeHost || shared.profile != null) {
                throw new UsageException(
                        "--all can be given neither with a container nor with --host or --profile");
            }
            return new UndoAll(host, restart, output, terminal).run(exclusion);
        }
        if (shared.meant(target)) {
            return undo(terminal, shared.drop(host));
        }
        String word = Targets.required(target, "--all or --host");
        HostContainer found;
        try {
            found = new Targets(host).find(word);
        } catch (UsageException unknown) {
            List<Subject> gone = new Changes.Recorded(host, host.journal()).named(word);
            if (gone.size() == 1 && gone.getFirst() instanceof Subject.Lines lines) {
                return undo(terminal, new HostDrop(host, lines));
            }
            if (gone.size() == 1 && gone.getFirst() instanceof ContainerId container) {
                return close(terminal, container, unknown);
            }
            throw unknown;
        }
        ContainerId container = found.id();
        Decision.LeftOut left =
                host.runtime(container).unchangeable(found, false, !restart.noRestart);
        if (left != null) {
            return ending(terminal).refused(container, left);
        }
        Journal journal = host.journal();
        try (Journal.Lock _ = journal.lock(container.target());
                Heartbeat heartbeat = Heartbeat.on(terminal)) {
            Changes.requireNoShared(host, container);
            JournalEntry last = Claims.last(Changes.entries(journal, container));
            if (last == null) {
                String outcome =
                        "capdrop has changed nothing in '%s' that could be taken back"
                                .formatted(container.name());
                return ending(terminal).unchanged(container, outcome, ExitCode.OK);
            }
            return undo(terminal, heartbeat, container, last);
        }
    }

    private ExitCode undo(Terminal terminal, HostDrop drop) throws IOException {
        Host host = where.host();
        return new HostUndo(host, drop, exclusion, output, terminal, restart).undo(host.journal());
    }

    /// Closes what the journal says of a container that is gone: nothing of it can be taken back.
    private ExitCode close(Terminal terminal, ContainerId gone, UsageException unknown)
            throws IOException {
        Journal journal = where.host().journal();
        try (Journal.Lock _ = journal.lock(gone.target())) {
            if (Claims.last(Changes.entries(journal, gone)) == null) {
                throw unknown;
            }
            Text question =
                    Text.of(
                            "'%s' is no longer on this host. Close its entries in capdrop's journal?",
                            gone.target());
            if (!restart.agreed(output, terminal, () -> question)) {
                return ending(terminal).declined(gone);
            }
            JournalEntry last = Claims.last(Changes.entries(journal, gone));
            String left = last == null ? "" : left(gone, last.edit().after());
            String outcome = "the container is gone; its entries in the journal are closed" + left;
            while (last != null) {
                journal.write(last.with(JournalEntry.Phase.UNDONE, outcome));
                last = Claims.last(Changes.entries(journal, gone));
            }
            return ending(terminal)
                    .unchanged(gone, outcome, left.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS);
        }
    }

    /// Returns where the drop seems to be now; empty where it is nowhere.
    private String left(ContainerId gone, String text) throws IOException {
        String meant = where.host().runtime(gone).meant(gone.name());
        if (!meant.isEmpty()) {
            return "; " + meant + ", and take the drop out of it by hand";
        }
        List<String> same = saying(gone, text);
        return same.isEmpty()
                ? ""
                : "; '%s' has the very lines: if it was renamed, take the drop out of it by hand"
                        .formatted(String.join("', '", same));
    }

    /// The containers of the same runtime whose configuration is exactly this.
    private List<String> saying(ContainerId gone, String text) throws IOException {
        Host host = where.host();
        return host.containers().all().stream()
                .filter(one -> !one.elsewhere() && one.id().kind() == gone.kind())
                .map(HostContainer::id)
                .filter(id -> says(host, id, text))
                .map(ContainerId::target)
                .toList();
    }

    private static boolean says(Host host, ContainerId container, String text) {
        return Errand.or(
                false, () -> host.store(container).read(container.configPath()).equals(text));
    }

    private ExitCode undo(
            Terminal terminal, Heartbeat heartbeat, ContainerId container, JournalEntry last)
            throws IOException {
        Host host = where.host();
        Decision.LeftOut left = Changes.againstRestart(host, container, restart);
        if (left != null) {
            return ending(terminal).refused(container, left);
        }
        Change change = Changes.change(host, container, heartbeat);
        ConfigEdit back = change.takingBack(last);
        if (!output.isJson() && back.changes()) {
            PlanText.writeDiff(terminal, back);
            terminal.requireWritten();
        }
        if (!restart.agreed(output, terminal, () -> question(change, last, back))) {
            return ending(terminal).declined(container);
        }
        Change.Result result =
                Guard.over(host, container, terminal, () -> change.undo(last, restart.restart()));
        return ending(terminal).of(result);
    }

    private Text question(Change change, JournalEntry last, ConfigEdit back) throws IOException {
        Host host = where.host();
        ContainerId container = last.before().container();
        boolean runs = host.runtime(container).running(container);
        Text opened = Changes.opened(host, container);
        Snapshot now =
                runs ? host.reader().read(container) : host.reader().readFromOutside(container);
        CapabilitySet live = last.takenLive(now);
        if (!live.isEmpty() && restart.noRestart) {
            return Text.of(
                    "PID 1 of '%s' gave up %s while it ran, and only a restart gives that back. Take the drop out of its configuration, for its next start?",
                    container.name(), live);
        }
        Text what =
                live.isEmpty()
                        ? Text.of(
                                "Take back the %s from '%s'",
                                PendingText.noun(last), container.name())
                        : Text.of(
                                "PID 1 of '%s' gave up %s while it ran, and only a restart gives that back (--no-restart: the next start)",
                                container.name(), live);
        if (!runs) {
            return last.phase().restarts()
                    ? Text.of("%s%s, and start it? The change left it down.", opened, what)
                    : Text.of("%s%s? It is stopped and stays stopped.", opened, what);
        }
        if (restart.noRestart) {
            return Text.of("%s%s? It is not restarted.", opened, what);
        }
        String vain = change.whyNoRestart(last, back, now);
        return vain.isEmpty()
                ? Text.of("%s%s. %s", opened, what, RestartOptions.questionOfRestart(now))
                : Text.of("%s%s? It is not restarted: %s.", opened, what, vain);
    }

    private Ending ending(Terminal terminal) throws IOException {
        return new Ending("undo", where.host(), output, terminal);
    }
}
