package dev.capdrop.cli.command;

import dev.capdrop.cli.command.HostPlanner.Ready;
import dev.capdrop.cli.render.AllDone;
import dev.capdrop.cli.render.AllPlanned;
import dev.capdrop.cli.render.PendingText;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Progress;
import dev.capdrop.core.change.Restart;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
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
    private final HostPlanner planner;
    private final Restart restart;
    private final Terminal terminal;
    private final List<Ready> ready;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<AllDone.@Nullable Stop> stop = new AtomicReference<>();
    private final AtomicReferenceArray<AllDone.@Nullable Ended> ended;

    /// @param ready what was agreed to, in order
    Turns(Host host, HostPlanner planner, Restart restart, Terminal terminal, List<Ready> ready) {
        this.host = host;
        this.planner = planner;
        this.restart = restart;
        this.terminal = terminal;
        this.ready = List.copyOf(ready);
        this.ended = new AtomicReferenceArray<>(ready.size());
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
        for (int index = 0; index < ready.size(); index++) {
            AllDone.Ended one = ended.get(index);
            if (one == null) {
                notBegun.add(planner.named(ready.get(index).container()));
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
            if (index >= ready.size()) {
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
        Ready agreed = ready.get(index);
        ContainerId id = agreed.container().id();
        AllPlanned.Container named = planner.named(agreed.container());
        String prefix = "[%d/%d] %s: ".formatted(index + 1, ready.size(), named.word());
        try (Journal.Lock _ = host.journal().lock(id.target());
                Heartbeat heartbeat = Heartbeat.on(terminal);
                Guard _ = Guard.over(host, id, terminal)) {
            AllDone.Ended one = change(agreed, named, step -> heartbeat.step(prefix + step));
            terminal.talk("%s%s", prefix, one.outcome());
            return one;
        } catch (IOException | RuntimeException failed) {
            String problem = Mistakes.sentence(failed) + left(named, id);
            terminal.complain("%s%s", prefix, problem);
            return new AllDone.Failed(named, problem);
        }
    }

    private AllDone.Ended change(Ready agreed, AllPlanned.Container named, Progress progress)
            throws IOException {
        OpenFiles.requireEnough();
        Change change = Changes.change(host, agreed.container().id(), progress);
        JournalEntry pending = Changes.pending(host.journal(), agreed.container().id());
        if (pending != null) {
            Changes.waiting(host, pending).abandonIfMoot();
        }
        return switch (planner.again(agreed.container())) {
            case Ready now when now.isAsAgreed(agreed) -> {
                Result result =
                        change.apply(now.before(), now.plan(), now.decision().edit(), restart);
                yield new AllDone.Changed(named, result);
            }
            case Ready _ ->
                    new AllDone.Left(named, "its plan has changed since it was shown; plan again");
            case HostPlanner.LeftOut left -> new AllDone.Left(named, left.decision().sentence());
            case HostPlanner.Idle _ ->
                    new AllDone.Left(named, "it has been healed since the plan was shown");
        };
    }

    /// What state a failure left, behind its sentence.
    private String left(AllPlanned.Container named, ContainerId id) {
        try {
            JournalEntry pending = Changes.pending(host.journal(), id);
            return pending == null ? "" : "; " + PendingText.sentence(pending, named.command());
        } catch (IOException unreadable) {
            return "; " + Mistakes.sentence(unreadable);
        }
    }
}
