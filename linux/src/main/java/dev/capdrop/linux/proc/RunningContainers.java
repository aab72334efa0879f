package dev.capdrop.linux.proc;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the running containers, in one pass over /proc and without starting a program.
///
/// A container's init is the first process of a pid namespace one below ours, its parent is the
/// container's monitor, and its cgroup does not bear another's name. The monitor tells name and
/// path: it listens on the abstract socket `@LXCPATH/NAME/command`, or has them in its title, or it
/// is root's systemd-nspawn. The cgroup's name alone would not do: two lxcpaths may hold the same
/// name.
///
/// A pass costs as much as the host has processes, and so one instance serves a whole run. The
/// caller says how fresh the answer must be: [#now] before anything is done to a container and
/// while one waits for it, [#seen] for what is only shown. Neither ever gives a process away that
/// has become another container's: `now` takes nothing for granted, and [ContainerInit#open] looks
/// at each again.
public final class RunningContainers {
    private static final String TITLE = "[lxc monitor] ";
    private static final int HOST_INIT = 1;
    private static final Duration RECENT = Duration.ofSeconds(1);

    private final Path proc;
    private final Path registered;
    private final Owner owner;
    private List<RunningContainer> last = List.of();
    private Deadline recentUntil = Deadline.in(Duration.ZERO);

    /// The monitor of a container whose name the kernel does not let us see; 0 for none.
    private int closed;

    private int passes;

    public RunningContainers() {
        this(Path.of("/proc"), NspawnMonitor.REGISTERED, RunningContainers::fileOwner);
    }

    RunningContainers(Path proc, Path registered, Owner owner) {
        this.proc = proc;
        this.registered = registered;
        this.owner = owner;
    }

    /// Returns the containers that run now.
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
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path entry : entries) {
                RunningContainer container = container(entry, sockets);
                if (container != null) {
                    found.add(container);
                }
            }
        }
        return found;
    }

    /// Returns the init of this container now; null when it does not run.
    ///
    /// The process that was its init is asked first, with all the tests of a pass: if it is still
    /// this container's init, no pass is needed.
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
            if (!status.containerInit() || !pid.matches("[0-9]+")) {
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

    /// Returns a descriptor's target. A monitor closes some while it is looked at, above all while
    /// its container shuts down, which must not hide the container.
    ///
    /// @throws AccessDeniedException when the kernel does not let us see it
    private static String target(Path descriptor) throws AccessDeniedException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (AccessDeniedException refused) {
            throw refused;
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /// Whether the monitor may run the container: any user of the host can take the name of an
    /// abstract socket, so the monitor must be root's, or its user must own the folder that it
    /// names.
    private boolean mayRun(int user, ContainerId id) throws IOException {
        return user == 0 || owner.of(Path.of(id.lxcPath(), id.name())) == user;
    }

    @FunctionalInterface
    interface Owner {
        int of(Path folder) throws IOException;
    }

    private static int fileOwner(Path folder) throws IOException {
        return (int) Files.getAttribute(folder, "unix:uid");
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
}
