package dev.capdrop.linux.evidence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.core.snapshot.Quota;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.DirectoryEntry;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.proc.ProcStatus;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many instances of inotify(7) are in use of those that the host grants the user who made a
/// container: all its containers and its own processes share them, whatever their id maps are.
///
/// Why: the kernel counts an instance for the user in its own namespace, then for whoever made that
/// namespace, up to the initial one, where `fs.inotify.max_user_instances` limits the sum
/// (fs/notify/inotify/inotify_user.c, `inotify_new_group`; kernel/ucount.c, `inc_ucount`).
///
/// An instance that several processes have open is counted for each; one of a namespace within a
/// container's is left out.
final class InotifyInstances {
    private static final Path LIMIT = Path.of("/proc/sys/fs/inotify/max_user_instances");
    private static final String INSTANCE = "anon_inode:inotify";
    private static final long OWN = -1;
    private static final int MOST_PROCESSES = 100_000;
    private static final int MOST_DESCRIPTORS = 10_000;

    private final Deadline deadline;
    private final Map<String, Long> makers = new HashMap<>();

    InotifyInstances(Deadline deadline) {
        this.deadline = deadline;
    }

    /// Counts until the limit is reached.
    ///
    /// @return null when it cannot be told, or not in time
    static @Nullable Quota of(ContainerInit init, Deadline deadline) {
        try {
            long limit = Long.parseLong(Files.readString(LIMIT, ISO_8859_1).strip());
            InotifyInstances all = new InotifyInstances(deadline);
            long maker = all.charged(init.directory());
            long used = all.count(maker, limit);
            return used < 0 ? null : new Quota(Quota.Kind.INOTIFY_INSTANCES, maker, used, limit, 0);
        } catch (IOException | NumberFormatException unknown) {
            return null;
        }
    }

    /// Those that count for this user, at most `limit`; -1 when that takes too long.
    long count(long maker, long limit) throws IOException {
        long used = 0;
        try (Descriptor proc =
                Libc.openat(
                        Descriptor.WORKING_DIRECTORY,
                        "/proc",
                        Libc.O_RDONLY | Libc.O_DIRECTORY,
                        0)) {
            for (DirectoryEntry entry : Libc.getdents(proc, MOST_PROCESSES)) {
                if (used >= limit) {
                    return limit;
                }
                if (deadline.passed()) {
                    return -1;
                }
                if (entry.name().matches("[0-9]{1,9}")) {
                    used += ofProcess(Integer.parseInt(entry.name()), maker);
                }
            }
        }
        return used;
    }

    private long ofProcess(int pid, long maker) {
        try (ProcDir process = ProcDir.open(pid)) {
            return charged(process) == maker ? open(process) : 0;
        } catch (IOException gone) {
            return 0;
        }
    }

    private static long open(ProcDir process) throws IOException {
        long count = 0;
        try (Descriptor folder =
                Libc.openat(process.descriptor(), "fd", Libc.O_RDONLY | Libc.O_DIRECTORY, 0)) {
            List<DirectoryEntry> all = Libc.getdents(folder, MOST_DESCRIPTORS);
            for (DirectoryEntry one : all) {
                if (isInstance(folder, one.name())) {
                    count++;
                }
            }
        }
        return count;
    }

    private static boolean isInstance(Descriptor folder, String name) {
        try {
            return Libc.readlinkat(folder, name).equals(INSTANCE);
        } catch (IOException closed) {
            return false;
        }
    }

    /// For whom the kernel counts what a process opens.
    long charged(ProcDir process) throws IOException {
        String namespace = process.link("ns/user");
        Long maker = makers.get(namespace);
        if (maker == null) {
            maker = namespace.equals(own()) ? OWN : maker(process);
            makers.put(namespace, maker);
        }
        return maker == OWN ? ProcStatus.parse(process.read("status")).uid() : maker;
    }

    private static long maker(ProcDir process) throws IOException {
        try (Descriptor namespace =
                Libc.openat(process.descriptor(), "ns/user", Libc.O_RDONLY, 0)) {
            return Libc.makerOf(namespace);
        }
    }

    private static String own() throws IOException {
        return Libc.readlinkat(Descriptor.WORKING_DIRECTORY, "/proc/self/ns/user");
    }
}
