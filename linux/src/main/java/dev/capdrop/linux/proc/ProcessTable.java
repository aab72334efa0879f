package dev.capdrop.linux.proc;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.linux.proc.ProcDir.ProcStatus;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads all processes of the host in one pass over /proc, but for kernel threads, each with its
/// container and its unit.
///
/// A process lives in a container when it is in the pid namespace of the container's init, or below
/// a process that is (pid_namespaces(7)): no process can leave its pid namespace. A control group's
/// name alone would not do.
public final class ProcessTable {
    private static final int MOST_OPEN = 1000;
    private static final int MOST_HELD = 50_000;

    /// The kernel's own limit (PID_MAX_LIMIT), and the other names in /proc.
    private static final int MOST = (1 << 22) + 1000;

    private ProcessTable() {}

    public static List<HostProcess> read(RunningContainers containers) throws IOException {
        return read(Path.of("/proc"), containers.seen());
    }

    static List<HostProcess> read(Path proc, List<RunningContainer> containers) throws IOException {
        return read(proc, homes(proc, containers));
    }

    /// A process by its files; its pid namespace is empty for one of the host.
    private record Raw(ProcStatus facts, ThreadStatus status, String cgroup, String namespace) {}

    /// The place of a container's processes, by its init.
    private record Home(
            RunningContainer container, String cgroup, CapabilitySet bounding, String users) {
        static Home of(RunningContainer container, Path init) throws IOException {
            return new Home(
                    container,
                    text(init.resolve("cgroup")),
                    ProcStatus.parse(text(init.resolve("status"))).bounding(),
                    userNamespace(init));
        }
    }

    private static Map<String, Home> homes(Path proc, List<RunningContainer> containers) {
        Map<String, Home> homes = new HashMap<>();
        for (RunningContainer container : containers) {
            Path init = proc.resolve(Integer.toString(container.pid()));
            try {
                homes.put(namespace(init), Home.of(container, init));
            } catch (IOException endedMeanwhile) {
                // its processes have ended with it
            }
        }
        return homes;
    }

    private static List<HostProcess> read(Path proc, Map<String, Home> homes) throws IOException {
        Map<Integer, Raw> all = new TreeMap<>();
        for (Path entry : entries(proc)) {
            Raw raw = raw(entry);
            if (raw != null) {
                all.put(Integer.valueOf(entry.getFileName().toString()), raw);
            }
        }
        List<HostProcess> processes = new ArrayList<>();
        all.forEach((pid, raw) -> {
            Home home = home(pid, all, homes);
            processes.add(process(pid, raw, home, beyond(proc, pid, raw, home)));
        });
        return processes;
    }

    /// Returns the folders of all processes, in readdir(3)'s order.
    static List<Path> entries(Path proc) throws IOException {
        return HostFile.names(proc, MOST).stream()
                .filter(name -> name.matches("[1-9][0-9]{0,8}"))
                .map(proc::resolve)
                .toList();
    }

    /// Returns null for a kernel thread, and for a process that has ended meanwhile.
    private static @Nullable Raw raw(Path entry) {
        try {
            String text = text(entry.resolve("status"));
            ProcStatus facts = ProcStatus.parse(text);
            if (facts.kernelThread()) {
                return null;
            }
            boolean inside = facts.pids().size() > 1;
            return new Raw(
                    facts,
                    ThreadStatus.parse(text),
                    text(entry.resolve("cgroup")),
                    inside ? namespace(entry) : "");
        } catch (IOException | IllegalArgumentException endedMeanwhile) {
            return null;
        }
    }

    /// Returns where a process lives, by its nearest ancestor of a known namespace; null: the host.
    private static @Nullable Home home(int pid, Map<Integer, Raw> all, Map<String, Home> homes) {
        Raw raw = all.get(pid);
        for (int steps = 0; raw != null && steps <= all.size(); steps++) {
            if (raw.namespace().isEmpty()) {
                return null;
            }
            Home home = homes.get(raw.namespace());
            if (home != null) {
                return home;
            }
            raw = all.get(raw.facts().parent());
        }
        return null;
    }

    /// Returns the capabilities beyond those of its container's init, of the same user namespace.
    private static CapabilitySet beyond(Path proc, int pid, Raw raw, @Nullable Home home) {
        if (home == null) {
            return CapabilitySet.EMPTY;
        }
        CapabilitySet beyond = raw.facts().bounding().minus(home.bounding());
        Path process = proc.resolve(Integer.toString(pid));
        boolean counts =
                Errand.or(
                        false,
                        () -> beyond.isEmpty() || userNamespace(process).equals(home.users()));
        return counts ? beyond : CapabilitySet.EMPTY;
    }

    private static HostProcess process(
            int pid, Raw raw, @Nullable Home home, CapabilitySet beyond) {
        return new HostProcess(
                pid,
                raw.facts().parent(),
                Integer.toUnsignedLong(raw.facts().uid()),
                raw.facts().command(),
                home == null ? null : home.container().id(),
                UnitCgroup.unit(raw.cgroup(), home == null ? "" : home.cgroup()),
                raw.status(),
                beyond);
    }

    static String namespace(Path process) throws IOException {
        return Files.readSymbolicLink(process.resolve("ns").resolve("pid")).toString();
    }

    private static String userNamespace(Path process) throws IOException {
        return Files.readSymbolicLink(process.resolve("ns").resolve("user")).toString();
    }

    static String text(Path file) throws IOException {
        return HostFile.Bounded.text(file.toString(), ProcDir.LIMIT);
    }

    /// Returns the union of the permitted sets of each unit's processes in the container's own pid
    /// namespace (capabilities(7)).
    public static Map<String, CapabilitySet> held(ContainerInit init) throws IOException {
        Map<String, CapabilitySet> held = new HashMap<>();
        visit(
                init,
                (process, unit) -> {
                    ThreadStatus status = ThreadStatus.parse(text(process.resolve("status")));
                    held.merge(unit, status.capabilities().permitted(), CapabilitySet::union);
                });
        return held;
    }

    /// Returns the units whose processes hold something open in the container's own pid namespace,
    /// by what their descriptors lead to, as `socket:[1234]` (proc_pid_fd(5)). A process that holds
    /// too much is left out.
    public static Map<String, String> holders(ContainerInit init) throws IOException {
        Map<String, String> holders = new HashMap<>();
        visit(
                init,
                (process, unit) -> {
                    Path open = process.resolve("fd");
                    for (String number : HostFile.names(open, MOST_OPEN)) {
                        if (holders.size() < MOST_HELD) {
                            holders.putIfAbsent(
                                    Files.readSymbolicLink(open.resolve(number)).toString(), unit);
                        }
                    }
                });
        return holders;
    }

    private interface Visit {
        void at(Path process, String unit) throws IOException;
    }

    private static void visit(ContainerInit init, Visit visit) throws IOException {
        String namespace = init.link("ns/pid");
        String home = init.read("cgroup");
        for (Path entry : entries(Path.of("/proc"))) {
            try {
                if (namespace(entry).equals(namespace)) {
                    visit.at(entry, UnitCgroup.unit(text(entry.resolve("cgroup")), home));
                }
            } catch (IOException | IllegalArgumentException endedMeanwhile) {
                // it holds nothing any more
            }
        }
    }

    /// Finds the unit of a control group by the layout of systemd's own tree: slices, and below
    /// them a unit (systemd's "Control Group APIs and Delegation"; cgroups(7)).
    public static final class UnitCgroup {
        /// The hierarchy of systemd, which in a container may be mounted and yet not be in use.
        private static final String NAMED = "name=systemd";

        private static final String UNIFIED = "";
        private static final String INIT = "/init.scope";
        private static final int FIELDS = 3;

        private UnitCgroup() {}

        /// Returns the unit's name; empty where the process is in no unit's control group.
        ///
        /// @param init that of the first process below the same systemd; empty on the host
        static String unit(String cgroup, String init) {
            String named = unit(NAMED, cgroup, init);
            return named.isEmpty() ? unit(UNIFIED, cgroup, init) : named;
        }

        private static String unit(String hierarchy, String cgroup, String init) {
            String path = path(hierarchy, cgroup);
            String root = path(hierarchy, init);
            if (root.endsWith(INIT)) {
                root = root.substring(0, root.length() - INIT.length());
            }
            return path.startsWith(root + "/") ? unitBelow(path.substring(root.length())) : "";
        }

        /// Returns the unit of a path from the top of systemd's tree, slash in front; else empty.
        public static String unitBelow(String path) {
            for (String part : path.split("/")) {
                if (!part.isEmpty() && !part.endsWith(".slice")) {
                    // systemd puts this before a name that could be taken for a file of the
                    // kernel's
                    String name = part.startsWith("_") ? part.substring(1) : part;
                    return UnitName.isValid(name) ? name : "";
                }
            }
            return "";
        }

        private static String path(String hierarchy, String cgroup) {
            for (String line : cgroup.split("\n")) {
                String[] fields = line.split(":", FIELDS);
                if (fields.length == FIELDS && fields[1].equals(hierarchy)) {
                    return fields[2];
                }
            }
            return "";
        }

        /// The container's name in its cgroup. Only the leftmost component counts: the host made
        /// it, while the container can make any name it likes below.
        public static final class Payload {
            private static final String MARK = "lxc.payload.";

            /// The group below that of systemd-nspawn, whose own has no fixed name.
            private static final String NSPAWN = "payload";

            private Payload() {}

            /// Returns the name in `/proc/PID/cgroup`, as liblxc, Proxmox VE or liblxc 3 have it;
            /// null when it is no container's.
            static @Nullable String name(String cgroup) {
                for (String line : cgroup.split("\n")) {
                    String[] fields = line.split(":", 3);
                    String name = fields.length < 3 ? null : component(fields[2].split("/"));
                    if (name != null) {
                        return name;
                    }
                }
                return null;
            }

            private static @Nullable String component(String[] path) {
                for (int i = 0; i < path.length; i++) {
                    if (path[i].startsWith(MARK)) {
                        return path[i].substring(MARK.length());
                    }
                    if (path[i].equals("lxc") && i + 1 < path.length) {
                        return path[i + 1];
                    }
                }
                return null;
            }

            /// Returns the part of a control group's path that the host made: up to the component
            /// that names the container, or to the group of systemd-nspawn's machine; else the
            /// whole path.
            public static String directory(String path) {
                String[] components = path.split("/");
                StringBuilder directory = new StringBuilder();
                for (int i = 1; i < components.length; i++) {
                    directory.append('/').append(components[i]);
                    boolean last =
                            components[i].startsWith(MARK)
                                    || components[i].equals(NSPAWN)
                                    || (i > 1 && components[i - 1].equals("lxc"));
                    if (last) {
                        return directory.toString();
                    }
                }
                return directory.toString();
            }

            /// Whether liblxc made `payload` of `name`: a second one gets a suffix, as in `c1-1`.
            static boolean belongsTo(String payload, String name) {
                return payload.equals(name)
                        || (payload.startsWith(name + "-")
                                && payload.substring(name.length() + 1).matches("[0-9]{1,9}"));
            }
        }
    }
}
