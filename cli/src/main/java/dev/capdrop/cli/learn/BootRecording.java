package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.Environment.OpenFiles;
import dev.capdrop.cli.command.Heartbeat;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Interruption;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.Changes;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.drop.Proposal;
import dev.capdrop.cli.drop.RestartOptions;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd.UnfinishedBoot;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Restarts a container and watches it through its boot, and then for as long as was asked.
final class BootRecording implements AutoCloseable {
    /// Beyond what a boot may take: reading the container.
    private static final Duration READING = Helpers.LIMIT.time();

    /// The time after a start in which a service's work belongs to that start, as of a simple one.
    private static final Duration FIRST_STEPS = Duration.ofSeconds(5);

    private final Host host;
    private final RestartOptions restart;
    private final Output output;
    private final Terminal terminal;
    private final AtomicBoolean enough = new AtomicBoolean();
    private @Nullable Interruption interruption;
    private UseWatch.@Nullable Session session;
    private boolean kept = true;

    BootRecording(Host host, RestartOptions restart, Output output, Terminal terminal) {
        this.host = host;
        this.restart = restart;
        this.output = output;
        this.terminal = terminal;
    }

    /// Records its boot, and `then` longer; null where it was not restarted, which was told.
    @Nullable Observation record(HostContainer found, Duration then) throws IOException {
        ContainerId container = found.id();
        Snapshot after;
        Learning learning;
        try (Journal.Lock _ = host.journal().lock(container.target());
                Heartbeat heartbeat = Heartbeat.on(terminal)) {
            String refusal = refusal(found);
            if (!refusal.isEmpty()) {
                terminal.talk("refused: %s", refusal);
                return null;
            }
            Snapshot before = before(container, heartbeat);
            if (!restart.agreed(output, terminal, () -> RestartOptions.questionOfRestart(before))) {
                terminal.talk("nothing was changed");
                return null;
            }
            interruption = Interruption.tells(() -> enough.set(true));
            session = restarted(before, heartbeat);
            learning = new Learning(host.use().store(), container, session, terminal);
            learning.sayHow();
            after = sawBoot(session, learning, before, heartbeat);
        }
        Observation boot = session.learn(FIRST_STEPS, enough::get, ofBoot(learning));
        // decided once, of all that was seen until here: what is written down meanwhile is a part
        Set<String> failed = after == null ? Set.of() : failed(after);
        boolean counts = after != null && boot.tellsAll();
        long until = boot.lastCheck();
        UnaryOperator<Observation> booted =
                seen -> (counts ? seen.withBoot(failed) : seen).withBootUntil(until);
        learning.finish(booted.apply(boot));
        session.settled();
        Observation all =
                booted.apply(
                        session.learn(
                                then, enough::get, seen -> learning.accept(booted.apply(seen))));
        learning.finish(all);
        kept = learning.kept();
        return all;
    }

    /// Returns why it may not be restarted; empty when it may.
    private String refusal(HostContainer found) throws IOException {
        ContainerId container = found.id();
        HostRuntime runtime = host.runtime(container);
        if (!runtime.running(container)) {
            throw new IOException(
                    "'%s' does not run, so there is nothing to restart; start it"
                            .formatted(container.name()));
        }
        runtime.requireInstalled();
        Decision.LeftOut left = runtime.unchangeable(found, false, true);
        if (left == null) {
            left = runtime.notRestartable(container);
        }
        if (left != null) {
            return left.sentence();
        }
        JournalEntry pending = Changes.pending(host.journal(), container);
        return pending == null || Changes.waiting(host, pending).abandonIfMoot()
                ? ""
                : PendingText.sentence(pending, host.command(container)).toString();
    }

    private Snapshot before(ContainerId container, Heartbeat heartbeat) throws IOException {
        heartbeat.watch("reading " + container.name());
        BootWait wait = new BootWait(restart.timeout, Set.of(), heartbeat);
        Snapshot before =
                Helpers.one(
                        container.name(),
                        Proposal.limit(restart.timeout),
                        (_, _) -> host.readSettled(container, wait));
        heartbeat.watch("");
        return before;
    }

    /// Restarts it, after everything that may be refused.
    private UseWatch.Session restarted(Snapshot before, Heartbeat heartbeat) throws IOException {
        ContainerId container = before.container();
        HostRuntime runtime = host.runtime(container);
        OpenFiles.requireEnough();
        try (UseWatch.Start start = host.use().watch().ofStart(container, before.privileged());
                Interruption.AtExit _ =
                        Interruption.AtExit.say(() ->
                                terminal.complain(
                                        "interrupted while '%s' was restarted; see whether it runs, and start it if not",
                                        container.name()))) {
            heartbeat.step("shutting " + container.name() + " down");
            runtime.stop(container, restart.timeout, restart.forceStop);
            heartbeat.step("starting " + container.name());
            start.begin();
            if (!runtime.start(container, restart.timeout)) {
                throw new IOException(
                        "'%s' has been started by somebody else, and how its boot began was not seen"
                                .formatted(container.target()));
            }
            return start.started();
        }
    }

    /// Watches until its systemd has nothing left to do; null where that was not seen.
    private @Nullable Snapshot sawBoot(
            UseWatch.Session watching, Learning learning, Snapshot before, Heartbeat heartbeat)
            throws IOException {
        ContainerId container = before.container();
        heartbeat.step("recording its boot");
        BootWait wait = new BootWait(restart.timeout, before.unfinished(), heartbeat);
        FutureTask<Snapshot> settled =
                new FutureTask<>(() -> host.reader().readSettled(container, wait));
        Thread.ofPlatform().daemon().name("boot").start(settled);
        watching.learn(
                restart.timeout.plus(READING),
                () -> enough.get() || settled.isDone(),
                ofBoot(learning));
        heartbeat.watch("");
        return settled.isDone() ? ended(settled) : null;
    }

    private static Consumer<Observation> ofBoot(Learning learning) {
        return seen -> learning.accept(seen.withBootUntil(seen.lastCheck()));
    }

    private @Nullable Snapshot ended(FutureTask<Snapshot> settled) throws IOException {
        Snapshot after;
        try {
            after = settled.get();
        } catch (ExecutionException failed) {
            terminal.complain(
                    "its boot could not be followed to its end: %s",
                    failed.getCause() instanceof Exception e
                            ? Mistakes.sentence(e)
                            : failed.toString());
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it watched", e);
        }
        if (!after.observed()) {
            terminal.complain(
                    "its systemd does not answer, so nobody can tell when its boot ended");
            return null;
        }
        UnfinishedBoot boot = UnfinishedBoot.of(after);
        if (boot != null) {
            terminal.complain("its boot has not ended: %s", boot.sentence());
        }
        return boot == null ? after : null;
    }

    /// The units that failed in its boot, or in their first steps.
    private Set<String> failed(Snapshot after) {
        Set<String> failed = new TreeSet<>(withoutWork(after));
        try {
            failed.addAll(withoutWork(host.reader().readForCheck(after.container())));
        } catch (IOException stopped) {
            // what was read before holds
        }
        return failed;
    }

    private static Set<String> withoutWork(Snapshot snapshot) {
        return snapshot.view() instanceof Snapshot.Observed seen
                ? seen.systemd().withoutWork()
                : Set.of();
    }

    boolean kept() {
        return kept;
    }

    @Override
    public void close() throws IOException {
        if (interruption != null) {
            interruption.close();
        }
        if (session != null) {
            session.close();
        }
    }
}
