package dev.capdrop.cli.command;

import dev.capdrop.cli.render.AllDone;
import dev.capdrop.cli.render.AllPlanned;
import dev.capdrop.cli.render.PendingText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Progress;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.runtime.HostContainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Changes one container after the other, until one gets worse or fails, or somebody interrupts;
/// what is under way then is brought to its end.
final class Turns {
    private final Host host;
    private final Terminal terminal;
    private final List<? extends Turn> turns;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<AllDone.@Nullable Stop> stop = new AtomicReference<>();
    private final AtomicReference<ExitCode> code = new AtomicReference<>(ExitCode.OK);
    private final AtomicReferenceArray<AllDone.@Nullable Ended> ended;

    /// @param turns what was agreed to, in order
    Turns(Host host, Terminal terminal, List<? extends Turn> turns) {
        this.host = host;
        this.terminal = terminal;
        this.turns = List.copyOf(turns);
        this.ended = new AtomicReferenceArray<>(turns.size());
    }

    /// What the failures of turns say of this program: [ExitCode#BROKEN] where it has made a
    /// mistake.
    ExitCode code() {
        return code.get() == ExitCode.BROKEN ? ExitCode.BROKEN : ExitCode.OK;
    }

    /// What is done to one container.
    interface Turn {
        /// The container.
        HostContainer container();

        /// Does it, unless things have changed since somebody agreed to it. The container's lock is
        /// held.
        ///
        /// @param named what reports call the container by
        AllDone.Ended take(AllPlanned.Container named, Progress progress) throws IOException;
    }

    /// Takes the turns.
    ///
    /// @param parallel how many containers may be away at a time
    AllDone take(int parallel) {
        try (Interruption _ = Interruption.tells(this::interrupt);
                ExecutorService lanes = Executors.newFixedThreadPool(parallel)) {
            for (int lane = 0; lane < parallel; lane++) {
                lanes.execute(this::takeInTurn);
            }
        }
        List<AllDone.Ended> begun = new ArrayList<>();
        List<AllPlanned.Container> notBegun = new ArrayList<>();
        for (int index = 0; index < turns.size(); index++) {
            AllDone.Ended one = ended.get(index);
            if (one == null) {
                notBegun.add(HostPlanner.named(host, turns.get(index).container()));
            } else {
                begun.add(one);
            }
        }
        return new AllDone(begun, notBegun, stop.get());
    }

    private void interrupt() {
        stop.compareAndSet(null, AllDone.Stop.INTERRUPTED);
        terminal.talk(
                "interrupted: what is under way is brought to its end, and no other is begun;"
                        + " a second interruption leaves it half-way");
    }

    private void takeInTurn() {
        while (stop.get() == null) {
            int index = next.getAndIncrement();
            if (index >= turns.size()) {
                return;
            }
            AllDone.Ended one = change(index);
            ended.set(index, one);
            if (one.stop() != null) {
                stop.compareAndSet(null, one.stop());
            }
        }
    }

    private AllDone.Ended change(int index) {
        Turn turn = turns.get(index);
        ContainerId id = turn.container().id();
        AllPlanned.Container named = HostPlanner.named(host, turn.container());
        String prefix = "[%d/%d] %s: ".formatted(index + 1, turns.size(), named.word());
        try (Journal.Lock _ = host.journal().lock(id.target());
                Heartbeat heartbeat = Heartbeat.on(terminal);
                Guard _ = Guard.over(host, id, terminal)) {
            OpenFiles.requireEnough();
            AllDone.Ended one = turn.take(named, step -> heartbeat.step(prefix + step));
            terminal.talk("%s%s", prefix, one.outcome());
            return one;
        } catch (IOException | RuntimeException | Error failed) {
            code.accumulateAndGet(Mistakes.code(failed), ExitCode::or);
            String problem = Mistakes.sentence(failed) + left(named, id);
            terminal.complain("%s%s", prefix, problem);
            return new AllDone.Failed(named, problem);
        }
    }

    /// What state a failure left, behind its sentence.
    private String left(AllPlanned.Container named, ContainerId id) {
        try {
            JournalEntry pending = Changes.pending(host.journal(), id);
            return pending == null ? "" : "; " + PendingText.sentence(pending, named.command());
        } catch (IOException | RuntimeException | Error unreadable) {
            return "; " + Mistakes.sentence(unreadable);
        }
    }
}
