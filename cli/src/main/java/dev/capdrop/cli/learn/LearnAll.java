package dev.capdrop.cli.learn;

import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.Interruption;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.UseHistory.Learnt;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Watches every container of a host that runs, those that are started meanwhile, too.
final class LearnAll {
    private static final Duration KEPT = Duration.ofDays(90);

    private final Host host;
    private final Terminal terminal;
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Map<ContainerId, Thread> watches = new HashMap<>();
    private final Set<String> complaints = new HashSet<>();
    private final List<Watched> ended = new ArrayList<>();
    private boolean incomplete;
    private boolean saidHow;

    private record Watched(ContainerId container, Observation seen) {}

    LearnAll(Host host, Terminal terminal) {
        this.host = host;
        this.terminal = terminal;
    }

    /// Watches until the time is over; no success where one could not be watched, or not be kept.
    ExitCode watch(Duration time, Output output) throws IOException {
        terminal.talk(
                "watching all containers for %s s; ^C ends it earlier, with what was seen so far",
                time.toSeconds());
        long end = System.nanoTime() + time.toNanos();
        forgetGone();
        try (Interruption _ = Interruption.tells(() -> enough.set(true))) {
            for (long next = 0; !enough.get() && System.nanoTime() < end; ) {
                if (System.nanoTime() >= next || next == 0) {
                    beginMissing(Duration.ofNanos(Math.max(end - System.nanoTime(), 0)));
                    next = System.nanoTime() + Duration.ofSeconds(5).toNanos();
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            enough.set(true);
            awaitAll();
        }
        write(output);
        return incomplete ? ExitCode.FAILURE : ExitCode.OK;
    }

    /// Removes the records of containers that are gone, which would add up for ever.
    private void forgetGone() throws IOException {
        HostContainers.Listing listing = host.containers().reachable();
        Instant old = host.facts().clock().instant().minus(KEPT);
        for (Learnt one : host.use().store().all(this::complain)) {
            if (one.history().last().isBefore(old) && !mayBeHere(one, listing)) {
                host.use().store().remove(one);
                terminal.talk(
                        "what was learnt of '%s' until %s is forgotten: there is no such container any more",
                        one.target(), one.history().last().toString());
            }
        }
    }

    /// Whether this host has the container, as far as its runtimes answer.
    static boolean mayBeHere(Learnt learnt, HostContainers.Listing listing) {
        return listing.silent().keySet().stream()
                        .anyMatch(kind -> learnt.target().startsWith(kind.prefix() + ":"))
                || listing.containers().stream()
                        .map(HostContainer::id)
                        .anyMatch(id ->
                                id.target().equals(learnt.target())
                                        && (id.kind().uniqueNames()
                                                || id.lxcPath().equals(learnt.lxcPath())));
    }

    private void beginMissing(Duration rest) {
        try {
            HostContainers.Listing listing = host.containers().reachable();
            listing.silent().values().forEach(this::complain);
            List<HostContainer> all = listing.containers();
            for (HostContainer found : all) {
                ContainerId container = found.id();
                Thread before = watches.get(container);
                boolean begun = before != null && before.isAlive();
                if (!begun && !found.elsewhere() && host.runtime(container).running(container)) {
                    watches.put(
                            container,
                            Thread.ofPlatform()
                                    .daemon()
                                    .name("learn " + container.name())
                                    .start(() -> watch(container, rest, all.size())));
                }
            }
        } catch (IOException failed) {
            complain(Mistakes.sentence(failed));
        }
    }

    private void watch(ContainerId container, Duration rest, int atOnce) {
        try (UseWatch.Session session = host.use().watch().of(container, atOnce)) {
            Learning learning = new Learning(host.use().store(), container, session, terminal);
            sayHowOnce(learning);
            Observation seen = session.learn(rest, enough::get, learning);
            learning.finish(seen);
            add(new Watched(container, seen), learning.kept());
        } catch (IOException | RuntimeException failed) {
            complain("'" + container.name() + "': " + Mistakes.sentence(failed));
        }
    }

    private synchronized void sayHowOnce(Learning learning) {
        if (!saidHow) {
            saidHow = true;
            learning.sayHow();
        }
    }

    private synchronized void add(Watched watched, boolean kept) {
        ended.add(watched);
        incomplete |= !kept;
    }

    /// Says each sentence once: a container that cannot be watched is tried again and again.
    private synchronized void complain(String sentence) {
        incomplete = true;
        if (complaints.add(sentence)) {
            terminal.complain("%s", sentence);
        }
    }

    private void awaitAll() throws IOException {
        try {
            for (Thread watch : watches.values()) {
                watch.join(Duration.ofSeconds(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while it watched", e);
        }
    }

    private synchronized void write(Output output) throws IOException {
        if (output.isJson()) {
            List<@Nullable Object> targets = new ArrayList<>();
            ended.forEach(one -> targets.add(LearnText.target(one.container(), one.seen())));
            output.writeJson(LearnText.report(targets));
        } else {
            LearnText text = new LearnText(terminal);
            ended.forEach(one -> text.writeLine(one.container(), one.seen()));
        }
        terminal.requireWritten();
    }
}
