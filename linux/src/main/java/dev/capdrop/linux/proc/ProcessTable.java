package dev.capdrop.linux.proc;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.root.Bounded;
import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads all processes of the host in one pass over /proc, each with its container and its unit.
/// Kernel threads are left out.
///
/// A process lives in a container when it is in the pid namespace of the container's init, or below
/// a process that is (pid_namespaces(7)). No process can leave its pid namespace; a control group's
/// name alone would not do.
public final class ProcessTable {
    private ProcessTable() {}

    /// Returns the processes by number.
    public static List<HostProcess> read(RunningContainers containers) throws IOException {
        return read(Path.of("/proc"), containers.seen());
    }

    static List<HostProcess> read(Path proc, List<RunningContainer> containers) throws IOException {
        return read(proc, homes(proc, containers));
    }

    /// A process by its files; its pid namespace is empty for one of the host.
    private record Raw(ProcStatus facts, ThreadStatus status, String cgroup, String namespace) {}

    /// The place of a container's processes.
    ///
    /// @param cgroup the `/proc/PID/cgroup` of its init
    /// @param users the user namespace of its init
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
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path entry : entries) {
                String pid = entry.getFileName().toString();
                Raw raw = pid.matches("[0-9]{1,9}") ? raw(entry) : null;
                if (raw != null) {
                    all.put(Integer.valueOf(pid), raw);
                }
            }
        } catch (DirectoryIteratorException failed) {
            throw failed.getCause();
        }
        List<HostProcess> processes = new ArrayList<>();
        all.forEach((pid, raw) -> {
            Home home = home(pid, all, homes);
            processes.add(process(pid, raw, home, beyond(proc, pid, raw, home)));
        });
        return processes;
    }

    /// Reads a process; null for a kernel thread, and for a process that has ended meanwhile.
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
        return Errand.or(
                CapabilitySet.EMPTY,
                () ->
                        beyond.isEmpty()
                                        || userNamespace(proc.resolve(Integer.toString(pid)))
                                                .equals(home.users())
                                ? beyond
                                : CapabilitySet.EMPTY);
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
        String path = file.toString();
        int flags = Libc.O_RDONLY | Libc.O_NONBLOCK;
        try (Descriptor open = Libc.open(path, flags)) {
            return new String(Bounded.read(open, path, ProcDir.LIMIT), StandardCharsets.UTF_8);
        }
    }
}
