package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Descriptor.Handover;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.perf.NamespaceAddresses.Namespaces;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcDir;
import module java.base;

/// Watches which capabilities a container's processes are asked for. Its owner has to
/// [drain][#drain] it many times a second.
final class CapabilityWatch implements AutoCloseable {
    private static final int SYS_ADMIN = 21;

    /// The most checks of a still unknown control group; further ones count as lost.
    private static final int MOST_WAITING = 1 << 16;

    private final CheckSource source;
    private final Rings rings;
    private final Subject subject;
    private final Tallies tallies = new Tallies();
    private final Listener listener = new Listener();
    private final Arrivals arrivals = new Arrivals();
    private final WorkTimes work;
    private List<CapabilityCheck> waiting = new ArrayList<>();
    private long lost;
    private boolean untold;

    /// @param since when its first process began to execute its own program, by the clock of the
    ///   checks; earlier ones are the runtime's doing
    private record Subject(
            int init,
            Descriptor cgroup,
            PayloadCgroup payload,
            ControlGroups groups,
            Namespaces namespaces,
            UserNamespaces users,
            long since)
            implements AutoCloseable {
        static Subject of(ContainerInit init, CheckFormat format, boolean alone, long since)
                throws IOException {
            Namespaces namespaces = NamespaceAddresses.find(init.directory(), format);
            PayloadCgroup payload = PayloadCgroup.of(init.read("cgroup"));
            return Handover.of(
                    payload.open(),
                    cgroup ->
                            new Subject(
                                    init.facts().pid(),
                                    cgroup,
                                    payload,
                                    new ControlGroups(cgroup, payload, alone),
                                    namespaces,
                                    UserNamespaces.of(init.directory()),
                                    since));
        }

        @Override
        public void close() {
            cgroup.close();
        }
    }

    private CapabilityWatch(CheckSource source, Rings rings, Subject subject) {
        this.source = source;
        this.rings = rings;
        this.subject = subject;
        this.work = new WorkTimes(subject.cgroup, subject.payload);
    }

    static CapabilityWatch of(ContainerInit init, int watches) throws IOException {
        return Handover.of(
                CheckSource.open(new Tracefs(Tracefs.USUAL)),
                source ->
                        Handover.of(
                                Subject.of(init, source.format(), true, 0),
                                subject -> begun(source, subject, watches)));
    }

    private static CapabilityWatch begun(CheckSource source, Subject subject, int watches)
            throws IOException {
        Rings.Opening opening = (attr, cpu) -> Libc.perfEventOfCgroup(attr, subject.cgroup, cpu);
        return Handover.of(
                Rings.open(Cpus.online(), source.format(), watches, opening),
                rings -> {
                    Namespaces namespaces = subject.namespaces;
                    rings.select(namespaces.privileged() ? "" : noReserve(namespaces));
                    rings.start();
                    subject.groups.walk();
                    return new CapabilityWatch(source, rings, subject);
                });
    }

    /// Goes on with recordings of the whole host, of which only this container's count; the watch
    /// owns the source and the rings.
    static CapabilityWatch of(ContainerInit init, CheckSource source, Rings rings, long since)
            throws IOException {
        return new CapabilityWatch(source, rings, Subject.of(init, source.format(), false, since));
    }

    /// Returns the filter against checks that say nothing: at nearly each mapping of memory the
    /// kernel asks for sys_admin in the initial namespace (`cap_vm_enough_memory()` in
    /// security/commoncap.c). In a privileged container they cannot be told from a use.
    static String noReserve(Namespaces namespaces) {
        return "(cap != %s || target_ns != %s)"
                .formatted(SYS_ADMIN, Long.toUnsignedString(namespaces.initial()));
    }

    boolean drain() throws IOException {
        subject.users.forget();
        boolean any = rings.drain(listener);
        settle(false);
        return any;
    }

    void drainLast() throws IOException {
        drain();
        // the second drain settles what the first has read
        drain();
        settle(true);
    }

    private void settle(boolean last) throws IOException {
        settleWaiting(last);
        arrivals.settle(this::add);
    }

    private void settleWaiting(boolean last) throws IOException {
        boolean unknown =
                waiting.stream().anyMatch(check -> subject.groups.unit(check.cgroup()) == null);
        if (waiting.isEmpty() || (unknown && !subject.groups.walkAgain(last))) {
            return;
        }
        List<CapabilityCheck> checks = waiting;
        waiting = new ArrayList<>();
        for (CapabilityCheck check : checks) {
            count(subject.groups.settled(check.cgroup()), check);
        }
    }

    private void count(String unit, CapabilityCheck check) {
        if (!unit.equals(ControlGroups.OUTSIDE) && check.nanos() >= subject.since) {
            Meaning meaning = meaning(check);
            if (!unit.isEmpty()) {
                add(unit, check, meaning);
            } else if (check.process() == subject.init) {
                add(Tallies.PID_1, check, meaning);
            } else if (privileged()) {
                add("", check, meaning);
            } else {
                arrivals.check(check, meaning, subject.namespaces);
            }
        }
    }

    private Meaning meaning(CapabilityCheck check) {
        Meaning meaning = subject.namespaces.meaning(check);
        return meaning == Meaning.MISSED && subject.users.below(check.process())
                ? Meaning.BELOW
                : meaning;
    }

    private void add(String unit, CapabilityCheck check, Meaning meaning) {
        tallies.add(unit, check.capability(), meaning, check.nanos());
    }

    List<Tallies.Tally> tallies() {
        return tallies.all();
    }

    /// To be called after the start of services, and then about every half minute.
    void lookAtWork() {
        work.look();
    }

    Set<String> worked() {
        return Set.copyOf(work.worked());
    }

    List<String> units() {
        return subject.groups.names();
    }

    boolean privileged() {
        return subject.namespaces.privileged();
    }

    /// Returns the number of checks that could not be attributed, as far as that can be counted: at
    /// least 1 where a CPU came up, groups were forgotten, or the kernel may not count its losses.
    long lost() throws IOException {
        rings.tellLost(listener);
        untold |= subject.groups.forgot() || rings.mayLack();
        return untold || !waiting.isEmpty() ? Math.max(1, lost) : lost;
    }

    CheckSource source() {
        return source;
    }

    Ring.RingListener listener() {
        return listener;
    }

    private final class Listener implements Ring.RingListener {
        @Override
        public void check(CapabilityCheck check) {
            String unit = subject.groups.unit(check.cgroup());
            if (unit != null) {
                count(unit, check);
            } else if (waiting.size() < MOST_WAITING) {
                waiting.add(check);
            } else {
                untold = true;
                count(subject.groups.settled(check.cgroup()), check);
            }
        }

        @Override
        public void cgroup(long id, String path) {
            subject.groups.add(id, path);
        }

        @Override
        public void event(Arrivals.Event event) {
            arrivals.note(event);
        }

        @Override
        public void lost(long count) {
            lost += count;
            arrivals.forget();
        }
    }

    @Override
    public void close() {
        rings.close();
        source.close();
        subject.close();
    }

    /// Finds processes in a user namespace below the container's, which are refused over the
    /// container's own things whatever it holds; a refused check does not bear that namespace.
    private static final class UserNamespaces {
        /// The most look-ups between two [forgettings][#forget], so that nobody makes it look for
        /// ever.
        private static final int MOST = 256;

        private final long own;
        private final Map<Integer, Boolean> known = new HashMap<>();

        private UserNamespaces(long own) {
            this.own = own;
        }

        static UserNamespaces of(ProcDir init) throws IOException {
            return new UserNamespaces(inode(init));
        }

        /// Whether a process is in another namespace than the container's; false if it has ended.
        boolean below(int process) {
            Boolean before = known.get(process);
            if (before == null && known.size() < MOST) {
                before = look(process);
                known.put(process, before);
            }
            return Boolean.TRUE.equals(before);
        }

        private boolean look(int process) {
            if (process <= 0) {
                return false;
            }
            try (ProcDir directory = ProcDir.open(process)) {
                return inode(directory) != own;
            } catch (IOException ended) {
                return false;
            }
        }

        private static long inode(ProcDir process) throws ErrnoException {
            try (Descriptor users =
                    Libc.openat(process.descriptor(), "ns/user", Libc.O_RDONLY, 0)) {
                return Libc.fstat(users).inode();
            }
        }

        /// A process may enter another namespace, and its number become another's.
        void forget() {
            known.clear();
        }
    }
}
