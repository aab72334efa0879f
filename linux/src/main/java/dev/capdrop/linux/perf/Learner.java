package dev.capdrop.linux.perf;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Handover;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Watches a running container, from when this is made, for as long as somebody wants to.
public final class Learner implements UseWatch.Session {
    private static final Duration DRAIN = Duration.ofMillis(10);

    /// The interval of an idle container, in which nothing was checked for a [while][#LOOK], as in
    /// most containers most of the time.
    private static final Duration IDLE = DRAIN.multipliedBy(4);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration WORK = Duration.ofSeconds(30);

    private static final Duration TELL = Duration.ofSeconds(1);

    private static final int LONGEST_ID = 64;

    private final ContainerInit init;
    private final CapabilityWatch watch;
    private final long since;
    private final UnitOrigins origins = new UnitOrigins();
    private boolean started;
    private long lookedAtWork;

    private Learner(ContainerInit init, CapabilityWatch watch, long since) {
        this.init = init;
        this.watch = watch;
        this.since = since;
    }

    /// A watch of a container to be started: first [#begin], then the start, then [#started].
    public static final class Start implements UseWatch.Start {
        private final RunningContainers containers;
        private final ContainerId container;
        private final StartWatch watch;
        private final AtomicBoolean ended = new AtomicBoolean();
        private @Nullable Thread reader;
        private boolean handedOver;
        private long since;

        private Start(RunningContainers containers, ContainerId container, StartWatch watch) {
            this.containers = containers;
            this.container = container;
            this.watch = watch;
        }

        @Override
        public void begin() throws IOException {
            watch.begin();
            since = System.nanoTime();
            reader = Thread.ofPlatform().daemon().name("start watch").start(this::read);
        }

        private void read() {
            while (!ended.get()) {
                watch.drain();
                LockSupport.parkNanos(DRAIN.toNanos());
            }
        }

        @Override
        public Learner started() throws IOException {
            endReader();
            Learner learner =
                    Handover.of(
                            init(containers, container),
                            init -> new Learner(init, watch.found(init), since));
            handedOver = true;
            return learner;
        }

        private void endReader() throws IOException {
            ended.set(true);
            try {
                if (reader != null) {
                    reader.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while a container started", e);
            }
        }

        @Override
        public void close() throws IOException {
            endReader();
            if (!handedOver) {
                watch.close();
            }
        }
    }

    /// Gets ready to watch a container from its first process on. Nothing is recorded yet, and it
    /// may still run.
    ///
    /// @param containers finds the running ones; others may look through it, too
    /// @param privileged whether it has no user namespace of its own
    /// @throws IOException when this host does not let it be watched; with a sentence that says
    ///   what to do
    @SuppressWarnings("exports")
    public static Start ofStart(
            RunningContainers containers, ContainerId container, boolean privileged)
            throws IOException {
        return new Start(containers, container, StartWatch.open(privileged));
    }

    /// Begins to watch.
    ///
    /// @param containers finds those that run; others may look through it, too
    /// @param watches how many there are at once, with this one: they share the memory
    /// @throws IOException when the container does not run, or this host does not let it be
    ///   watched; with a sentence that says what to do
    @SuppressWarnings("exports")
    public static Learner of(RunningContainers containers, ContainerId container, int watches)
            throws IOException {
        Learner learner =
                Handover.of(
                        init(containers, container),
                        init ->
                                new Learner(
                                        init,
                                        CapabilityWatch.of(init, watches),
                                        System.nanoTime()));
        learner.settled();
        return learner;
    }

    private static ContainerInit init(RunningContainers containers, ContainerId container)
            throws IOException {
        RunningContainer running = containers.now(container);
        if (running == null) {
            throw new IOException(
                    "'%s' does not run, so there is nothing to watch; start it"
                            .formatted(container.name()));
        }
        return ContainerInit.open(running);
    }

    @Override
    public Observation learn(Duration time, BooleanSupplier enough, Consumer<Observation> taker)
            throws IOException {
        long start = System.nanoTime();
        long looked = start;
        long told = start;
        long busy = start;
        while (true) {
            boolean any = watch.drain();
            long now = System.nanoTime();
            busy = any ? now : busy;
            if (enough.getAsBoolean()) {
                return lastObservation(Coverage.End.USER);
            }
            if (now - looked >= LOOK.toNanos()) {
                looked = now;
                if (!init.alive()) {
                    return lastObservation(Coverage.End.CONTAINER);
                }
            }
            if (now - lookedAtWork >= WORK.toNanos()) {
                lookAtWork();
            }
            if (now - told >= TELL.toNanos()) {
                told = now;
                watch.drain();
                taker.accept(observation(Coverage.End.TIME));
            }
            if (now - start >= time.toNanos()) {
                return lastObservation(Coverage.End.TIME);
            }
            if (!any) {
                Deadline.pause(now - busy < LOOK.toNanos() ? DRAIN : IDLE, "it watched");
            }
        }
    }

    @Override
    public void settled() {
        started = true;
        lookAtWork();
    }

    private void lookAtWork() {
        if (started) {
            lookedAtWork = System.nanoTime();
            watch.lookAtWork();
        }
    }

    private Observation lastObservation(Coverage.End end) throws IOException {
        lookAtWork();
        watch.drainLast();
        return observation(end);
    }

    private Observation observation(Coverage.End end) throws IOException {
        long now = System.nanoTime();
        long seconds = Duration.ofNanos(now - since).toSeconds();
        List<String> units = watch.units();
        return new Observation(
                Instant.now().minusNanos(now),
                watch.privileged(),
                init.facts().bounding(),
                watch.tallies(),
                new Coverage(
                        seconds,
                        0,
                        watch.lost(),
                        end,
                        units,
                        unseen(),
                        originsOf(units),
                        new Coverage.UnitResults(Set.of(), watch.worked())),
                0);
    }

    /// Returns the origins of units; empty where the container stopped, or its root is unreadable.
    private Map<String, String> originsOf(List<String> units) {
        return Errand.or(Map.of(), () -> origins.of(units, init::root));
    }

    @Override
    public CapabilitySet unseen() {
        return watch.source().unseen();
    }

    /// Returns the present make of units of a container that nobody watches, in the words of
    /// [Coverage#origins()]; empty where its root directory does not answer.
    ///
    /// @throws IOException when it has stopped, or its root directory cannot be read
    @SuppressWarnings("exports")
    public static Map<String, String> origins(RunningContainer running, Collection<String> units)
            throws IOException {
        try (ContainerInit init = ContainerInit.open(running)) {
            return new UnitOrigins().of(units, init::root);
        }
    }

    /// Returns the [#identity()] of a container that nobody watches.
    @SuppressWarnings("exports")
    public static String identity(RunningContainer running) throws IOException {
        try (ContainerInit init = ContainerInit.open(running)) {
            return identity(init);
        }
    }

    /// Returns what tells this container from another of its name, made anew: the birth of its root
    /// directory, its machine-id(5), and whether it is privileged, which gives a use another
    /// meaning. A copy of a file system keeps the first and gets another of the second.
    ///
    /// @throws IOException when it has stopped
    @Override
    public String identity() throws IOException {
        return identity(init);
    }

    private static String identity(ContainerInit init) throws IOException {
        try (Descriptor root = Libc.openat(init.directory().descriptor(), "root", Libc.O_PATH, 0)) {
            long birth = Libc.birth(root);
            String made = birth == 0 ? "inode " + Libc.fstat(root).inode() : "made " + birth;
            String privileged = init.facts().unprivileged() ? "" : ", privileged";
            return made + ", " + machineId(init) + privileged;
        }
    }

    private static String machineId(ContainerInit init) {
        try (SafeRoot root = init.root()) {
            String id = root.readText("/etc/machine-id", LONGEST_ID).strip();
            return id.matches("[0-9a-f]{32}") ? id : "no machine-id";
        } catch (IOException none) {
            return "no machine-id";
        }
    }

    @Override
    public void close() {
        watch.close();
        init.close();
    }
}
