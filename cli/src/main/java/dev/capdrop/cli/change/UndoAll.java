package dev.capdrop.cli.change;

import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop undo --all`: takes each container's last apply back, one after the other.
record UndoAll(Host host, RestartOptions restart, Output output, Terminal terminal) {
    ExitCode run(Exclusion exclusion) throws IOException {
        List<Taking> all = new ArrayList<>();
        for (HostContainer one : exclusion.leave(host.containers().all())) {
            JournalEntry last = last(one.id());
            if (last != null) {
                all.add(new Taking(this, one, last));
            }
        }
        return new Ending("undo", host, output, terminal)
                .ofAll(
                        new Turns(host, terminal, all),
                        1,
                        "capdrop has changed nothing on this host that could be taken back",
                        () -> consent(all),
                        ExitCode.OK);
    }

    private @Nullable JournalEntry last(ContainerId id) throws IOException {
        return Claims.last(Changes.entries(host.journal(), id));
    }

    private boolean consent(List<Taking> all) throws IOException {
        int running = 0;
        boolean live = false;
        for (Taking one : all) {
            boolean runs = host.runtime(one.container.id()).running(one.container.id());
            running += runs ? 1 : 0;
            Snapshot now = host.reader().readFromOutside(one.container.id());
            live |= runs && !one.last.takenLive(now).isEmpty();
            if (!output.isJson()) {
                terminal.line(
                        "%s  %s%s",
                        one.container.id().word(),
                        PendingText.past(one.last),
                        runs ? Text.EMPTY : Text.of(", does not run").faint());
            }
        }
        Text question = question(all.size(), running, live);
        return restart.agreed(output, terminal, () -> question);
    }

    private Text question(int all, int running, boolean live) {
        List<Text> parts = new ArrayList<>();
        Text what =
                all == 1
                        ? Text.of("Take back the drop of this container")
                        : Text.of("Take back the drops of these %s containers", all);
        if (restart.noRestart) {
            parts.add(Text.of("%s? Nothing is restarted.", what));
        } else if (running > 0) {
            parts.add(
                    Text.of(
                            "%s, and restart what runs (%s), one after the other? It stops when one gets worse.",
                            what, running));
        } else {
            parts.add(Text.of("%s?", what));
        }
        if (live) {
            parts.add(Text.of("What a PID 1 gave up while it ran comes back only with a restart."));
        }
        return Text.join(" ", parts);
    }

    private record Taking(UndoAll all, HostContainer container, JournalEntry last)
            implements Turns.Turn {
        @Override
        public Rollout.Turn take(Progress progress) throws IOException {
            Host host = all.host;
            RestartOptions restart = all.restart;
            ContainerId id = container.id();
            JournalEntry now = all.last(id);
            if (now == null || !now.id().equals(last.id())) {
                return new Rollout.Unchanged(
                        id, "it has been changed since it was listed; run capdrop again");
            }
            Decision.LeftOut left =
                    host.runtime(id).unchangeable(container, true, !restart.noRestart);
            if (left == null) {
                left = Changes.againstRestart(host, id, restart);
            }
            return left != null
                    ? new Rollout.Unchanged(id, left.sentence())
                    : new Rollout.Changed(
                            Changes.change(host, id, progress).undo(now, restart.restart()));
        }
    }
}
