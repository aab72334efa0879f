package dev.capdrop.linux.perf;

import dev.capdrop.linux.libc.Descriptor.Handover;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Watches all of the host while a container starts: neither its control group nor its user
/// namespace exists before its first process does.
///
/// The kernel leaves out checks granted to the host's own processes. The rest is kept until the
/// container is recognised: its control group by its path, its namespace by asking, and the end of
/// the runtime's work by the execve(2) of its first process.
final class StartWatch implements AutoCloseable {
    private final CheckSource source;
    private final Rings rings;
    private final Backlog backlog = new Backlog();

    private StartWatch(CheckSource source, Rings rings) {
        this.source = source;
        this.rings = rings;
    }

    /// @param privileged whether the container has no user namespace of its own
    static StartWatch open(boolean privileged) throws IOException {
        return Handover.of(
                CheckSource.open(new Tracefs(Tracefs.USUAL)), source -> open(privileged, source));
    }

    private static StartWatch open(boolean privileged, CheckSource source) throws IOException {
        CheckFormat format = source.format();
        try (ProcDir own = ProcDir.open((int) ProcessHandle.current().pid())) {
            NamespaceAddresses.Namespaces host = NamespaceAddresses.find(own, format);
            String filter =
                    privileged
                            ? ""
                            : format.notGrantedIn(host.initial())
                                    + " && "
                                    + CapabilityWatch.noReserve(host);
            return Handover.of(
                    Rings.open(Cpus.online(), format, 1, Libc::perfEventOfCpu),
                    rings -> {
                        rings.select(filter);
                        return new StartWatch(source, rings);
                    });
        }
    }

    void begin() throws IOException {
        rings.start();
    }

    synchronized void drain() {
        rings.drain(backlog);
    }

    /// Goes on with the container from its init's execve(2) on; nothing is left to close here.
    CapabilityWatch found(ContainerInit init) throws IOException {
        Long since = awaitProgram(init);
        CapabilityWatch watch = CapabilityWatch.of(init, source, rings, since == null ? 0 : since);
        backlog.replay(watch.listener());
        watch.drain();
        return watch;
    }

    /// Returns when the first process began to execute its program; null when that was lost.
    private @Nullable Long awaitProgram(ContainerInit init) throws IOException {
        int pid = init.facts().pid();
        return Deadline.in(Duration.ofSeconds(10))
                .await(
                        Duration.ofMillis(5),
                        "a container started",
                        () -> {
                            drain();
                            Long since = backlog.programs.get(pid);
                            return since == null && !init.alive() ? Long.valueOf(0) : since;
                        });
    }

    @Override
    public void close() {
        rings.close();
        source.close();
    }

    private static final class Backlog implements Ring.RingListener {
        private static final int MOST_CHECKS = 1 << 17;
        private static final int MOST_OTHERS = 1 << 16;

        private final List<CapabilityCheck> checks = new ArrayList<>();
        private final Map<Long, String> groups = new LinkedHashMap<>();
        private final Map<Integer, Long> programs = new HashMap<>();
        private final List<Arrivals.Event> events = new ArrayList<>();
        private long lost;

        @Override
        public void check(CapabilityCheck check) {
            if (checks.size() < MOST_CHECKS) {
                checks.add(check);
            } else {
                lost++;
            }
        }

        @Override
        public void cgroup(long id, String path) {
            if (groups.size() < MOST_OTHERS) {
                groups.put(id, path);
            } else {
                lost++;
            }
        }

        @Override
        public void event(Arrivals.Event event) {
            if (event.kind() == Arrivals.Kind.EXECUTED && programs.size() < MOST_OTHERS) {
                programs.putIfAbsent(event.process(), event.nanos());
            }
            if (events.size() < MOST_OTHERS) {
                events.add(event);
            } else {
                // a process wrongly taken for one on its way in would never leave
                lost++;
            }
        }

        @Override
        public void lost(long count) {
            lost += count;
        }

        void replay(Ring.RingListener listener) {
            groups.forEach(listener::cgroup);
            events.forEach(listener::event);
            checks.forEach(listener::check);
            listener.lost(lost);
        }
    }
}
