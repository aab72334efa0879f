package dev.capdrop.linux.proc;

import dev.capdrop.core.snapshot.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the containers that run, in one pass over /proc and without starting a program.
///
/// A container's init is the first process of a pid namespace one below ours, its cgroup is named
/// after the container, and its parent is the container's monitor. The monitor tells name and path:
/// it listens on the abstract socket `@LXCPATH/NAME/command`, or has them in its title. The
/// cgroup's name alone would not do: two lxcpaths may hold the same name.
public final class RunningContainers {
    private static final String TITLE = "[lxc monitor] ";
    private final Path proc;

    public RunningContainers() {
        this(Path.of("/proc"));
    }

    RunningContainers(Path proc) {
        this.proc = proc;
    }

    public List<RunningContainer> scan() throws IOException {
        List<RunningContainer> found = new ArrayList<>();
        CommandSockets sockets = CommandSockets.read(proc.resolve("net/unix"));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path entry : entries) {
                RunningContainer one = container(entry, sockets);
                if (one != null) {
                    found.add(one);
                }
            }
        }
        return found;
    }

    /// The init of this container now; null when it does not run.
    public @Nullable RunningContainer find(ContainerId id) throws IOException {
        for (RunningContainer one : scan()) {
            if (one.id().equals(id)) {
                return one;
            }
        }
        return null;
    }

    private @Nullable RunningContainer container(Path entry, CommandSockets sockets) {
        try {
            String pid = entry.getFileName().toString();
            ProcStatus status = ProcStatus.parse(text(entry.resolve("status")));
            if (!status.containerInit() || !pid.matches("[0-9]+")) {
                return null;
            }
            String payload = Payload.name(text(entry.resolve("cgroup")));
            if (payload == null) {
                return null;
            }
            ContainerId id = monitored(status.parent(), sockets);
            return id == null || !Payload.belongsTo(payload, id.name())
                    ? null
                    : new RunningContainer(id, Integer.parseInt(pid));
        } catch (IOException | IllegalArgumentException endedMeanwhile) {
            return null;
        }
    }

    private @Nullable ContainerId monitored(int monitor, CommandSockets sockets)
            throws IOException {
        Path directory = proc.resolve(Integer.toString(monitor));
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(directory.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                ContainerId id = sockets.container(Files.readSymbolicLink(descriptor).toString());
                if (id != null) {
                    return id;
                }
            }
        }
        return titled(text(directory.resolve("cmdline")));
    }

    private static @Nullable ContainerId titled(String commandLine) {
        String title = commandLine.replace('\0', ' ').strip();
        int space = title.lastIndexOf(' ');
        if (!title.startsWith(TITLE) || space <= TITLE.length()) {
            return null;
        }
        return new ContainerId(
                "lxc", title.substring(space + 1), title.substring(TITLE.length(), space));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
