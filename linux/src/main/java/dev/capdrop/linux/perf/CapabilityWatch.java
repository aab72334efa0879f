package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.CapabilityCheck;
import dev.capdrop.core.observe.Namespaces;
import dev.capdrop.core.observe.Tallies;
import dev.capdrop.core.observe.Tally;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.PerfEventAttr;
import dev.capdrop.linux.libc.SharedMemory;
import dev.capdrop.linux.proc.ContainerInit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Watches which capabilities a container's processes are asked for, from when it is opened until
/// it is closed. Somebody has to [drain][#drain] it many times a second.
final class CapabilityWatch implements AutoCloseable {
    /// For all CPUs together; at a million checks a second it lasts for a fifth of one.
    private static final long MEMORY = 16L << 20;

    private static final long LEAST = 256L << 10;
    private static final long MOST = 8L << 20;
    private static final int SYS_ADMIN = 21;

    /// Checks whose control group is not known yet; beyond it they count as nobody's.
    private static final int MOST_WAITING = 1 << 16;

    private final Descriptor cgroup;
    private final ControlGroups groups;
    private final Namespaces namespaces;
    private final List<Ring> rings = new ArrayList<>();
    private final Tallies tallies = new Tallies();
    private final Listener listener = new Listener();
    private List<CapabilityCheck> waiting = new ArrayList<>();
    private long lost;

    private CapabilityWatch(Descriptor cgroup, ControlGroups groups, Namespaces namespaces) {
        this.cgroup = cgroup;
        this.groups = groups;
        this.namespaces = namespaces;
    }

    /// Begins to watch a container.
    ///
    /// @throws IOException when this kernel does not report capability checks, or does not let us
    ///   see them; with a sentence that says what to do
    static CapabilityWatch of(ContainerInit init) throws IOException {
        TracepointFormat format = new Tracefs(Tracefs.USUAL).capabilityChecks();
        Namespaces namespaces = NamespaceAddresses.find(init.directory(), format);
        PayloadCgroup payload = PayloadCgroup.of(init.read("cgroup"));
        Descriptor directory = payload.open();
        CapabilityWatch watch =
                new CapabilityWatch(directory, new ControlGroups(directory, payload), namespaces);
        try {
            watch.start(format);
            return watch;
        } catch (IOException | RuntimeException e) {
            watch.close();
            throw e;
        }
    }

    private void start(TracepointFormat format) throws IOException {
        List<Integer> cpus = Cpus.online();
        long each = Math.clamp(Long.highestOneBit(MEMORY / cpus.size()), LEAST, MOST);
        int pages = (int) (each / SharedMemory.pageSize());
        PerfEventAttr attr = new PerfEventAttr(format.id(), Ring.SAMPLE, (int) (each / 4));
        for (int cpu : cpus) {
            rings.add(Ring.of(Libc.perfEventOfCgroup(attr, cgroup, cpu), pages, format));
        }
        String filter = filter();
        for (Ring ring : rings) {
            ring.start(filter);
        }
        groups.walk();
    }

    /// Leaves out what says nothing: at nearly each mapping of memory the kernel asks for sys_admin
    /// in the initial namespace, to decide about a reserve (`cap_vm_enough_memory()` in
    /// security/commoncap.c). In a privileged container it cannot be told from a use.
    private String filter() {
        return namespaces.privileged()
                ? ""
                : "cap != "
                        + SYS_ADMIN
                        + " || target_ns != "
                        + Long.toUnsignedString(namespaces.initial());
    }

    /// Takes what has been recorded since the last time.
    ///
    /// @return whether there was anything
    boolean drain() throws IOException {
        boolean any = false;
        for (Ring ring : rings) {
            any |= ring.drain(listener);
        }
        settle();
        return any;
    }

    /// Gives the checks a unit whose control group has become known meanwhile: another CPU may have
    /// told of it.
    private void settle() throws IOException {
        if (waiting.isEmpty()) {
            return;
        }
        List<CapabilityCheck> checks = waiting;
        waiting = new ArrayList<>();
        if (checks.stream().anyMatch(check -> groups.unit(check.cgroup()) == null)) {
            groups.walk();
        }
        for (CapabilityCheck check : checks) {
            count(groups.settled(check.cgroup()), check);
        }
    }

    private void count(String unit, CapabilityCheck check) {
        tallies.add(unit, check.capability(), namespaces.meaning(check), check.nanos());
    }

    /// What was seen so far. The times are those of [System#nanoTime].
    List<Tally> tallies() {
        return tallies.all();
    }

    /// The units that had processes meanwhile.
    List<String> units() {
        return groups.names();
    }

    /// Whether the container has no user namespace of its own.
    boolean privileged() {
        return namespaces.privileged();
    }

    /// How many checks were made that the kernel had no room to tell of.
    long lost() {
        return lost;
    }

    private final class Listener implements RingListener {
        @Override
        public void check(CapabilityCheck check) {
            String unit = groups.unit(check.cgroup());
            if (unit != null || waiting.size() >= MOST_WAITING) {
                count(unit == null ? "" : unit, check);
            } else {
                waiting.add(check);
            }
        }

        @Override
        public void cgroup(long id, String path) {
            groups.add(id, path);
        }

        @Override
        public void lost(long count) {
            lost += count;
        }
    }

    @Override
    public void close() {
        rings.forEach(Ring::close);
        cgroup.close();
    }
}
