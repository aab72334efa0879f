package dev.capdrop.linux.perf;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

final class Learner implements UseWatch.Session {
    private static final Duration DRAIN = Duration.ofMillis(10);

    /// The interval of a container in which nothing was checked for a [while][#LOOK], as in most.
    private static final Duration IDLE = DRAIN.multipliedBy(4);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration WORK = Duration.ofSeconds(30);
    private static final Duration TELL = Duration.ofSeconds(1);

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

    static final class Start implements UseWatch.Start {
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
                    Descriptor.Handover.of(
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

    /// The watches of a host's containers, which share the passes over its processes.
    record OfHost(RunningContainers containers) implements UseWatch {
        @Override
        public Learner.Start ofStart(ContainerId container, boolean privileged) throws IOException {
            return new Learner.Start(containers, container, StartWatch.open(privileged));
        }

        @Override
        public Learner of(ContainerId container, int watches) throws IOException {
            Learner learner =
                    Descriptor.Handover.of(
                            init(containers, container),
                            init ->
                                    new Learner(
                                            init,
                                            CapabilityWatch.of(init, watches),
                                            System.nanoTime()));
            learner.settled();
            return learner;
        }

        /// {@inheritDoc}
        ///
        /// They are in the words of [Coverage#origins()].
        @Override
        public Map<String, String> origins(ContainerId container, Collection<String> units)
                throws IOException {
            RunningContainer running = containers.seen(container);
            if (running == null || units.isEmpty()) {
                return Map.of();
            }
            try (ContainerInit init = ContainerInit.open(running)) {
                return new UnitOrigins().of(units, init::root);
            }
        }

        @Override
        public String identity(ContainerId container) throws IOException {
            RunningContainer running = containers.seen(container);
            if (running == null) {
                return "";
            }
            try (ContainerInit init = ContainerInit.open(running)) {
                return Learner.identity(init);
            }
        }
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
                        Errand.or(Map.of(), () -> origins.of(units, init::root)),
                        new Coverage.UnitResults(Set.of(), watch.worked())),
                0);
    }

    @Override
    public CapabilitySet unseen() {
        return watch.source().unseen();
    }

    /// Returns the birth of its root directory, its machine-id(5), and whether it is privileged,
    /// which gives a use another meaning. A copy of a file system has another of the second.
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
        String id = "";
        try (SafeRoot root = init.root()) {
            id = root.machineId();
        } catch (IOException none) {
            // as one without
        }
        return id.isEmpty() ? "no machine-id" : id;
    }

    @Override
    public void close() {
        watch.close();
        init.close();
    }

    /// Finds out whether checks of capabilities can be watched, by the first steps of a watch.
    static final class TracingSurvey {
        static HostSurvey.Tracing read() {
            return read(Tracefs.USUAL);
        }

        static HostSurvey.Tracing read(Path folder) {
            Tracefs tracefs = new Tracefs(folder);
            Fact<Boolean> unseen = new Fact.Absent<>();
            try {
                if (!tracefs.mounted()) {
                    return new HostSurvey.Tracing(new Fact.Known<>(false), unseen, unseen);
                }
                if (!tracefs.reportsChecks()) {
                    return new HostSurvey.Tracing(
                            new Fact.Known<>(true),
                            new Fact.Known<>(false),
                            unseen,
                            kprobe(tracefs));
                }
                Fact<Boolean> known = new Fact.Known<>(true);
                return new HostSurvey.Tracing(known, known, event(tracefs.capabilityChecks()));
            } catch (IOException unreadable) {
                Fact<Boolean> unknown = new Fact.Unknown<>(reason(unreadable));
                return new HostSurvey.Tracing(unknown, unknown, unknown);
            }
        }

        private static Fact<Boolean> kprobe(Tracefs tracefs) {
            try {
                if (!tracefs.hasKprobes()) {
                    return new Fact.Known<>(false);
                }
                tracefs.requireKprobes();
                KprobeFormat.definition("capdrop/cap_capable", Btf.ofKernel());
                return new Fact.Known<>(true);
            } catch (IOException refused) {
                return new Fact.Unknown<>(reason(refused));
            }
        }

        private static Fact<Boolean> event(CheckFormat.TracepointFormat format) {
            Libc.PerfEventAttr attr =
                    new Libc.PerfEventAttr(format.id(), Ring.SAMPLE, 1, false, false);
            try (Descriptor _ = Libc.perfEventOfThread(attr, 0)) {
                return new Fact.Known<>(true);
            } catch (ErrnoException refused) {
                return refused.errno() == Errno.EACCES || refused.errno() == Errno.EPERM
                        ? new Fact.Known<>(false)
                        : new Fact.Unknown<>(refused.reason());
            }
        }

        private static String reason(IOException unreadable) {
            return unreadable instanceof ErrnoException refused && refused.errno() == Errno.EACCES
                    ? "permission denied"
                    : String.valueOf(unreadable.getMessage());
        }
    }
}
