package dev.capdrop.linux.proc;

import dev.capdrop.core.container.NspawnCommand;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.ProcDir.ProcStatus;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup.Payload;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds the running containers, in one pass over /proc and without starting a program.
///
/// A container's init is the first process of a pid namespace one below ours, its parent is the
/// container's monitor, and its cgroup does not bear another's name, which alone would not do: two
/// lxcpaths may hold one. The monitor tells name and path: it listens on the abstract socket
/// `@LXCPATH/NAME/command`, or has them in its title, or it is root's systemd-nspawn.
///
/// A pass costs as much as the host has processes, and so one instance serves a whole run: [#now]
/// before anything is done to a container and while one waits for it, [#seen] for what is only
/// shown. Neither gives away a process that has become another container's: `now` takes nothing for
/// granted, and [ContainerInit#open] looks again.
public final class RunningContainers {
    private static final String TITLE = "[lxc monitor] ";
    private static final int HOST_INIT = 1;
    private static final Duration RECENT = Duration.ofSeconds(1);
    private static final Duration YOUNG = Duration.ofSeconds(10);

    private final Path proc;
    private final Path registered;
    private final Owner owner;
    private List<RunningContainer> last = List.of();
    private Deadline recentUntil = Deadline.in(Duration.ZERO);

    /// The monitor of a container whose name the kernel does not let us see; 0 for none.
    private int closed;

    private int passes;

    public RunningContainers() {
        this(
                Path.of("/proc"),
                NspawnMonitor.REGISTERED,
                folder -> (int) Files.getAttribute(folder, "unix:uid"));
    }

    RunningContainers(Path proc, Path registered, Owner owner) {
        this.proc = proc;
        this.registered = registered;
        this.owner = owner;
    }

    public synchronized List<RunningContainer> now() throws IOException {
        closed = 0;
        passes++;
        last = List.copyOf(pass());
        recentUntil = Deadline.in(RECENT);
        return last;
    }

    /// Returns [#now], or its last answer if that is at most a second old.
    public synchronized List<RunningContainer> seen() throws IOException {
        return recentUntil.passed() ? now() : last;
    }

    synchronized int passes() {
        return passes;
    }

    private List<RunningContainer> pass() throws IOException {
        List<RunningContainer> found = new ArrayList<>();
        Map<String, ContainerId> sockets = CommandSockets.read(proc.resolve("net/unix"));
        for (Path entry : ProcessTable.entries(proc)) {
            RunningContainer container = container(entry, sockets);
            if (container != null) {
                found.add(container);
            }
        }
        return found;
    }

    /// Returns the init of this container now; null when it does not run. If the process that was
    /// its init still is, by all the tests of a pass, no pass is needed.
    ///
    /// @throws IOException one sentence where that cannot be told, too
    public synchronized @Nullable RunningContainer now(ContainerId id) throws IOException {
        RunningContainer before = among(last, id);
        return before != null && before.equals(again(before)) ? before : in(now(), id);
    }

    /// Returns the init of this container, at most a second old; see [#now(ContainerId)].
    public synchronized @Nullable RunningContainer seen(ContainerId id) throws IOException {
        return recentUntil.passed() ? now(id) : in(last, id);
    }

    /// Whether its init has just been started, and would lose a signal that asks for a shutdown;
    /// false where that cannot be told.
    public boolean isTooYoung(ContainerId id) {
        return Errand.or(
                false,
                () -> {
                    RunningContainer found = now(id);
                    if (found == null) {
                        return false;
                    }
                    try (ContainerInit init = ContainerInit.open(found)) {
                        return ProcStatus.losesShutdown(init.read("status"))
                                && init.age().compareTo(YOUNG) < 0;
                    }
                });
    }

    private @Nullable RunningContainer again(RunningContainer before) throws IOException {
        return container(
                proc.resolve(Integer.toString(before.pid())),
                CommandSockets.read(proc.resolve("net/unix")));
    }

    private static @Nullable RunningContainer among(List<RunningContainer> all, ContainerId id) {
        for (RunningContainer container : all) {
            if (container.id().isSameForLxc(id)) {
                return container;
            }
        }
        return null;
    }

    private @Nullable RunningContainer in(List<RunningContainer> all, ContainerId id)
            throws IOException {
        RunningContainer found = among(all, id);
        if (found != null) {
            return found;
        }
        if (closed != 0) {
            throw new IOException(
                    "nobody can tell whether '%s' runs: the kernel does not let this process see which container process %s is the monitor of; that takes CAP_SYS_PTRACE ('capsh --print' shows what this process has)"
                            .formatted(id.name(), closed));
        }
        return null;
    }

    private @Nullable RunningContainer container(Path entry, Map<String, ContainerId> sockets) {
        try {
            String pid = entry.getFileName().toString();
            String text = ProcessTable.text(entry.resolve("status"));
            if (!ProcStatus.mayBeContainerInit(text)) {
                return null;
            }
            ProcStatus status = ProcStatus.parse(text);
            if (!status.containerInit()) {
                return null;
            }
            int monitor = status.parent();
            if (monitor == HOST_INIT) {
                return null; // nobody's monitor, and one whose descriptors root may not see here
            }
            int user = ProcStatus.parse(ProcessTable.text(proc.resolve(monitor + "/status"))).uid();
            ContainerId id = monitored(monitor, user, pid, sockets);
            return id == null || !named(entry, id)
                    ? null
                    : new RunningContainer(id, Integer.parseInt(pid), monitor, user);
        } catch (IOException
                | DirectoryIteratorException
                | IllegalArgumentException endedMeanwhile) {
            return null;
        }
    }

    /// Whether the cgroup has the container's name; one set by hand (`lxc.cgroup.dir`) has none.
    private static boolean named(Path entry, ContainerId id) throws IOException {
        String payload = Payload.name(ProcessTable.text(entry.resolve("cgroup")));
        return payload == null || Payload.belongsTo(payload, id.name());
    }

    private @Nullable ContainerId monitored(
            int monitor, int user, String init, Map<String, ContainerId> sockets)
            throws IOException {
        Path directory = proc.resolve(Integer.toString(monitor));
        ContainerId id = listening(monitor, sockets);
        // a command line is memory of its process: who reads another user's may wait for ever
        if (id == null && user == 0) {
            id = titled(ProcessTable.text(directory.resolve("cmdline")));
            id = id == null ? NspawnMonitor.machine(directory, init, registered) : id;
        }
        return id != null && mayRun(user, id) ? id : null;
    }

    private @Nullable ContainerId listening(int monitor, Map<String, ContainerId> sockets)
            throws IOException {
        Path descriptors = proc.resolve(monitor + "/fd");
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : entries) {
                ContainerId id = sockets.get(target(descriptor));
                if (id != null) {
                    return id;
                }
            }
        } catch (AccessDeniedException refused) {
            closed = monitor;
            throw refused;
        }
        return null;
    }

    /// Returns a descriptor's target; empty where it was closed meanwhile, as some are while the
    /// container shuts down, which must not hide it.
    private static String target(Path descriptor) throws AccessDeniedException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (AccessDeniedException refused) {
            throw refused;
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /// Whether the monitor is root's, or its user owns the folder that it names: any user of the
    /// host can take the name of an abstract socket.
    private boolean mayRun(int user, ContainerId id) throws IOException {
        return user == 0 || owner.of(Path.of(id.lxcPath(), id.name())) == user;
    }

    @FunctionalInterface
    interface Owner {
        int of(Path folder) throws IOException;
    }

    private static @Nullable ContainerId titled(String commandLine) {
        String title = commandLine.replace('\0', ' ').strip();
        int space = title.lastIndexOf(' ');
        if (!title.startsWith(TITLE) || space <= TITLE.length()) {
            return null;
        }
        return new ContainerId(
                RuntimeKind.LXC,
                title.substring(space + 1),
                title.substring(TITLE.length(), space));
    }

    /// A running container.
    ///
    /// @param pid the number of its init on the host
    /// @param monitor the number of its monitor, the init's parent
    /// @param user the host's user as whom the monitor and its hooks run
    public record RunningContainer(ContainerId id, int pid, int monitor, int user) {}

    /// The sockets on which liblxc's monitors take commands, by inode (`/proc/net/unix`).
    private static final class CommandSockets {
        private static final String SUFFIX = "/command";
        private static final int INODE_FIELD = 6;
        private static final int PATH_FIELD = 7;

        static Map<String, ContainerId> read(Path netUnix) throws IOException {
            Map<String, ContainerId> containers = new HashMap<>();
            new String(Files.readAllBytes(netUnix), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> add(line, containers));
            return containers;
        }

        private static void add(String line, Map<String, ContainerId> containers) {
            String[] fields = line.split(" +", PATH_FIELD + 1);
            if (fields.length <= PATH_FIELD
                    || !fields[PATH_FIELD].startsWith("@/")
                    || !fields[PATH_FIELD].endsWith(SUFFIX)) {
                return;
            }
            String path =
                    fields[PATH_FIELD].substring(1, fields[PATH_FIELD].length() - SUFFIX.length());
            int slash = path.lastIndexOf('/');
            if (slash > 0) {
                String folder = path.substring(0, slash);
                containers.put(
                        "socket:[" + fields[INODE_FIELD] + "]",
                        new ContainerId(RuntimeKind.LXC, path.substring(slash + 1), folder));
            }
        }
    }

    /// Finds the machine whose PID 1 is the child of a process of systemd-nspawn(1): by its command
    /// line, or by the file that systemd-machined keeps of each machine that has told it its name
    /// (`machine_save`).
    private static final class NspawnMonitor {
        private static final String NAME = "[A-Za-z0-9._-]{1,64}";
        static final Path REGISTERED = Path.of("/run/systemd/machines");

        /// Returns null where the process is no systemd-nspawn, or only that knows the machine's
        /// name.
        static @Nullable ContainerId machine(Path directory, String init, Path registered)
                throws IOException {
            // one that was upgraded since runs on
            String program = Files.readSymbolicLink(directory.resolve("exe")).toString();
            if (!program.replace(" (deleted)", "").endsWith("/systemd-nspawn")) {
                return null;
            }
            List<String> words =
                    List.of(ProcessTable.text(directory.resolve("cmdline")).split("\0"));
            String said = said(words);
            String name = said.matches(NAME) ? said : registered(init, registered);
            if (name.isEmpty()) {
                return null;
            }
            boolean service =
                    ProcessTable.text(directory.resolve("cgroup"))
                            .contains("/" + NspawnCommand.NspawnService.unit(name));
            String pid = String.valueOf(directory.getFileName());
            return RuntimeKind.NSPAWN.container(
                    name,
                    service
                            ? "/etc/systemd/nspawn/" + name + ".nspawn"
                            : "/proc/" + pid + "/cmdline");
        }

        /// An ephemeral machine adds a random word to the name on the command line.
        private static String said(List<String> words) {
            boolean ephemeral =
                    NspawnCommand.options(words).stream()
                            .anyMatch(option -> option.name().equals("ephemeral"));
            NspawnCommand.Place place = NspawnCommand.parse(words).place();
            return ephemeral && place.machine() == null ? "" : place.name();
        }

        private static String registered(String init, Path registered) throws IOException {
            if (!Files.isDirectory(registered)) {
                return "";
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(registered)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (name.matches(NAME)
                            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                            && ProcessTable.text(file)
                                    .lines()
                                    .anyMatch(("LEADER=" + init)::equals)) {
                        return name;
                    }
                }
            }
            return "";
        }
    }
}
