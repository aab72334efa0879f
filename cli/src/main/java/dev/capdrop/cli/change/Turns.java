package dev.capdrop.cli.change;

import dev.capdrop.cli.command.Environment.OpenFiles;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Interruption;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Changes containers in turn until one gets worse or fails; an interruption begins no other.
final class Turns {
    private final Host host;
    private final Terminal terminal;
    private final List<? extends Turn> turns;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Rollout.@Nullable Stop> stop = new AtomicReference<>();
    private final AtomicReference<ExitCode> code = new AtomicReference<>(ExitCode.OK);
    private final AtomicReferenceArray<Rollout.@Nullable Turn> ended;

    Turns(Host host, Terminal terminal, List<? extends Turn> turns) {
        this.host = host;
        this.terminal = terminal;
        this.turns = List.copyOf(turns);
        this.ended = new AtomicReferenceArray<>(turns.size());
    }

    boolean isEmpty() {
        return turns.isEmpty();
    }

    /// Returns the exit code of failed turns: [ExitCode#BROKEN] for a mistake of this program.
    ExitCode code() {
        return code.get() == ExitCode.BROKEN ? ExitCode.BROKEN : ExitCode.OK;
    }

    interface Turn {
        HostContainer container();

        /// Does it, the container locked, unless things have changed since somebody agreed.
        Rollout.Turn take(Progress progress) throws IOException;
    }

    Rollout take(int parallel) {
        try (Interruption _ = Interruption.tells(this::interrupt);
                ExecutorService lanes = Executors.newFixedThreadPool(parallel)) {
            for (int lane = 0; lane < parallel; lane++) {
                lanes.execute(this::takeInTurn);
            }
        }
        List<Rollout.Turn> begun = new ArrayList<>();
        List<Subject> notBegun = new ArrayList<>();
        for (int index = 0; index < turns.size(); index++) {
            Rollout.Turn one = ended.get(index);
            if (one == null) {
                notBegun.add(turns.get(index).container().id());
            } else {
                begun.add(one);
            }
        }
        return new Rollout(begun, notBegun, stop.get(), List.of());
    }

    private void interrupt() {
        stop.compareAndSet(null, Rollout.Stop.INTERRUPTED);
        terminal.talk(
                "interrupted: what is under way is brought to its end, and no other is begun; a second interruption leaves it half-way");
    }

    private void takeInTurn() {
        while (stop.get() == null) {
            int index = next.getAndIncrement();
            if (index >= turns.size()) {
                return;
            }
            Rollout.Turn one = change(index);
            ended.set(index, one);
            if (one.stop() != null) {
                stop.compareAndSet(null, one.stop());
            }
        }
    }

    private Rollout.Turn change(int index) {
        Turn turn = turns.get(index);
        ContainerId id = turn.container().id();
        String prefix = "[%d/%d] %s: ".formatted(index + 1, turns.size(), id.word());
        try (Journal.Lock _ = host.journal().lock(id.target());
                Heartbeat heartbeat = Heartbeat.on(terminal);
                Guard _ = Guard.over(host, id, terminal)) {
            OpenFiles.requireEnough();
            Rollout.Turn one = turn.take(step -> heartbeat.step(prefix + step));
            terminal.talk("%s%s", prefix, one.outcome());
            return one;
        } catch (IOException | RuntimeException | Error failed) {
            code.accumulateAndGet(Mistakes.code(failed), ExitCode::or);
            String problem = Mistakes.sentence(failed) + left(id);
            terminal.complain("%s%s", prefix, problem);
            return new Rollout.Failed(id, problem);
        }
    }

    /// Returns the state that a failure left, to stand behind its sentence.
    private String left(ContainerId id) {
        try {
            JournalEntry pending = Changes.pending(host.journal(), id);
            return pending == null ? "" : "; " + PendingText.sentence(pending, host.command(id));
        } catch (IOException | RuntimeException | Error unreadable) {
            return "; " + Mistakes.sentence(unreadable);
        }
    }
}
