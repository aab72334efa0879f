package dev.capdrop.linux.proc;

import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcDir.ProcStatus;
import dev.capdrop.linux.proc.ProcDir.ProcTime;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup.Payload;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A container's init, held open, so that it can be told whether it is still the same.
@SuppressWarnings("exports")
public record ContainerInit(RunningContainer container, ProcDir directory, IdMap uidMap, Init facts)
        implements AutoCloseable {
    /// Thrown when the process is gone, or is no longer this container's init.
    public static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        GoneException(RunningContainer container, @Nullable Throwable cause) {
            super(
                    "process %s is no longer the init of '%s'"
                            .formatted(container.pid(), container.id().name()),
                    cause);
        }
    }

    private static final String DELETED = " (deleted)";
    private static final ControlGroupFiles CONTROL_GROUPS = new ControlGroupFiles("/sys/fs/cgroup");

    public static ContainerInit open(RunningContainer container) throws IOException {
        return Descriptor.Handover.of(
                opened(container), directory -> look(container, () -> of(container, directory)));
    }

    private static ContainerInit of(RunningContainer container, ProcDir directory)
            throws IOException {
        String text = directory.read("status");
        ProcStatus status = ProcStatus.parse(text);
        String payload = Payload.name(directory.read("cgroup"));
        if (!status.containerInit()
                || status.parent() != container.monitor()
                || (payload != null && !Payload.belongsTo(payload, container.id().name()))) {
            throw new GoneException(container, null);
        }
        Init.InitThread thread = thread(directory, text);
        return new ContainerInit(
                container, directory, thread.users(), facts(directory, status, thread));
    }

    /// Throws [GoneException] where the process has ended.
    private static <T> T look(RunningContainer container, Errand<T> look) throws IOException {
        try {
            return look.take();
        } catch (ErrnoException e) {
            e.unless(ErrnoException.Errno.ESRCH, ErrnoException.Errno.ENOENT);
            throw new GoneException(container, e);
        }
    }

    private static ProcDir opened(RunningContainer container) throws IOException {
        try {
            return ProcDir.open(container.pid());
        } catch (ErrnoException e) {
            throw new GoneException(container, e);
        }
    }

    private static Init.InitThread thread(ProcDir directory, String status) throws IOException {
        return new Init.InitThread(
                ThreadStatus.parse(status),
                IdMap.parse(directory.read("uid_map")),
                IdMap.parse(directory.read("gid_map")));
    }

    private static Init facts(ProcDir directory, ProcStatus status, Init.InitThread thread)
            throws IOException {
        String stat = directory.read("stat");
        return new Init(
                directory.pid(),
                ProcTime.started(stat),
                thread.users().unprivileged(),
                status.bounding(),
                directory.link("exe").endsWith(DELETED),
                thread,
                ProcTime.start(stat),
                CapabilityLists.ALL);
    }

    /// Opens its PID namespace.
    public Descriptor pidNamespace() throws IOException {
        return look(
                container, () -> Libc.openat(directory.descriptor(), "ns/pid", Libc.O_RDONLY, 0));
    }

    /// Whether the program is systemd, by the kernel's name of it.
    public boolean systemd() throws IOException {
        return program().replace(DELETED, "").endsWith("/systemd");
    }

    public String program() throws IOException {
        return link("exe");
    }

    /// Returns PID 1's own arguments, which systemd takes for the kernel command line.
    public List<String> arguments() throws IOException {
        return List.of(memory("cmdline", ProcessMemory.ARGUMENTS).split("\0"));
    }

    /// Returns the environment that it was started with, which it may have overwritten.
    public String environment() throws IOException {
        return memory("environ", ProcessMemory.ENVIRONMENT);
    }

    /// Reads a file of /proc that is memory of the process itself, as far as no file stands behind
    /// it: a program of the container may serve that, and who reads it waits for that program,
    /// beyond SIGKILL. A process that changes it right behind this look is read all the same.
    private String memory(String name, int field) throws IOException {
        if (!ProcessMemory.anonymous(read("stat"), field, read("maps"))) {
            throw new IOException(
                    "PID 1 has its " + name + " in a file of its own, which is not read");
        }
        return read(name);
    }

    public String read(String name) throws IOException {
        return look(container, () -> directory.read(name));
    }

    String link(String name) throws IOException {
        return look(container, () -> directory.link(name));
    }

    /// Opens its root directory.
    ///
    /// @throws SafeRoot.SilentException when its root directory may never answer
    /// @throws GoneException when the process has ended, even if nobody has waited for it yet
    public SafeRoot root() throws IOException {
        SafeRoot.HostMounts host = new SafeRoot.HostMounts(facts.unprivileged(), monitorMounts());
        return look(
                container,
                () -> SafeRoot.ofProcess(directory.descriptor(), read("mountinfo"), host));
    }

    /// Returns the mountinfo of the container's monitor, where that is root's: Proxmox VE's hooks
    /// mount a root there.
    private List<String> monitorMounts() throws IOException {
        if (container.user() != 0) {
            return List.of();
        }
        try (ProcDir monitor = ProcDir.open(container.monitor())) {
            return List.of(monitor.read("mountinfo"));
        } catch (ErrnoException ended) {
            return List.of();
        }
    }

    public boolean owns(int pid) throws IOException {
        if (pid <= 0) {
            return false;
        }
        try (ProcDir other = ProcDir.open(pid)) {
            return other.link("ns/pid").equals(link("ns/pid"))
                    && IdMap.parse(other.read("uid_map")).equals(uidMap);
        } catch (ErrnoException gone) {
            return false;
        }
    }

    public boolean frozen() throws IOException {
        return CONTROL_GROUPS.freeze(read("cgroup"));
    }

    /// Whether the program of one of these services runs, as far as the kernel says.
    public boolean runs(List<String> services) throws IOException {
        return CONTROL_GROUPS.run(services, read("cgroup"));
    }

    /// Returns the time since it started, by a clock that nobody sets.
    public Duration age() throws IOException {
        return ProcTime.age(read("stat"));
    }

    public boolean alive() throws IOException {
        return directory.alive();
    }

    @Override
    public void close() {
        directory.close();
    }

    /// The places of a process' arguments and environment (proc_pid_stat(5); proc_pid_maps(5)).
    static final class ProcessMemory {
        /// The field of `/proc/PID/stat` in which the arguments begin; the next one is their end.
        static final int ARGUMENTS = 48;

        static final int ENVIRONMENT = 50;
        private static final int FIRST_BEHIND_NAME = 3;

        /// The field of a line of `/proc/PID/maps`: 0 where no file is mapped.
        private static final int INODE = 4;

        static boolean anonymous(String stat, int field, String maps) {
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
            long start = Long.parseUnsignedLong(fields[field - FIRST_BEHIND_NAME]);
            long end = Long.parseUnsignedLong(fields[field + 1 - FIRST_BEHIND_NAME]);
            for (String line : maps.split("\n")) {
                int dash = line.indexOf('-');
                long first = Long.parseUnsignedLong(line, 0, dash, 16);
                long behind = Long.parseUnsignedLong(line, dash + 1, line.indexOf(' '), 16);
                if (Long.compareUnsigned(first, end) < 0
                        && Long.compareUnsigned(behind, start) > 0
                        && !line.split(" +", 6)[INODE].equals("0")) {
                    return false;
                }
            }
            return true;
        }
    }
}
