package dev.capdrop.linux.evidence;

import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.proc.ProcDir.ProcStatus;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Counts the instances of inotify(7) in use of those that the host grants the user who made a
/// container: all its containers and its own processes share them.
///
/// The kernel counts an instance for the user in its own namespace, then for whoever made that, up
/// to the initial one, where `fs.inotify.max_user_instances` limits the sum
/// (fs/notify/inotify/inotify_user.c, `inotify_new_group`; kernel/ucount.c, `inc_ucount`). One that
/// several processes have open is counted for each; a namespace within a container's is left out.
final class InotifyInstances {
    private static final String LIMIT = "fs/inotify/max_user_instances";
    private static final String INSTANCE = "anon_inode:inotify";
    private static final long OWN = -1;
    private static final int MOST_PROCESSES = 100_000;
    private static final int MOST_DESCRIPTORS = 10_000;

    private final Deadline deadline;
    private final Map<String, Long> makers = new HashMap<>();

    InotifyInstances(Deadline deadline) {
        this.deadline = deadline;
    }

    /// Counts until the limit is reached; null when it cannot be told, or not in time.
    static @Nullable Quota of(ContainerInit init, Deadline deadline) {
        try {
            long limit = limit();
            InotifyInstances all = new InotifyInstances(deadline);
            long maker = all.charged(init.directory());
            long used = all.count(maker, limit);
            return used < 0 ? null : quota(maker, used, limit);
        } catch (IOException | NumberFormatException unknown) {
            return null;
        }
    }

    /// Returns the quota of the user who has used most; null when it cannot be told in time.
    static @Nullable Quota fullest(Deadline deadline) {
        try {
            long limit = limit();
            Map<Long, Long> used = new InotifyInstances(deadline).count();
            Quota fullest = null;
            for (Map.Entry<Long, Long> user : used.entrySet()) {
                if (fullest == null || user.getValue() > fullest.used()) {
                    fullest = quota(user.getKey(), user.getValue(), limit);
                }
            }
            return fullest;
        } catch (IOException | NumberFormatException unknown) {
            return null;
        }
    }

    private static long limit() throws IOException {
        return Long.parseLong(ProcDir.sysctl(LIMIT));
    }

    private static Quota quota(long user, long used, long limit) {
        return new Quota(Quota.Kind.INOTIFY_INSTANCES, user, used, limit, 0);
    }

    private Map<Long, Long> count() throws IOException {
        Map<Long, Long> used = new HashMap<>();
        for (int pid : processes()) {
            if (deadline.passed()) {
                throw new IOException("not counted in time");
            }
            try (ProcDir process = ProcDir.open(pid)) {
                used.merge(charged(process), open(process), Long::sum);
            } catch (IOException gone) {
                // it has none any more
            }
        }
        return used;
    }

    /// Counts those of this user, at most `limit`; -1 when that takes too long.
    long count(long maker, long limit) throws IOException {
        long used = 0;
        for (int pid : processes()) {
            if (used >= limit) {
                return limit;
            }
            if (deadline.passed()) {
                return -1;
            }
            used += ofProcess(pid, maker);
        }
        return used;
    }

    private static List<Integer> processes() throws IOException {
        List<Integer> pids = new ArrayList<>();
        try (Descriptor proc = Libc.open("/proc", Libc.O_RDONLY | Libc.O_DIRECTORY)) {
            for (Libc.DirectoryEntry entry : Libc.getdents(proc, MOST_PROCESSES)) {
                if (entry.name().matches("[0-9]{1,9}")) {
                    pids.add(Integer.parseInt(entry.name()));
                }
            }
        }
        return pids;
    }

    private long ofProcess(int pid, long maker) {
        try (ProcDir process = ProcDir.open(pid)) {
            return charged(process) == maker ? open(process) : 0;
        } catch (IOException gone) {
            return 0;
        }
    }

    private static long open(ProcDir process) throws IOException {
        try (Descriptor folder =
                Libc.openat(process.descriptor(), "fd", Libc.O_RDONLY | Libc.O_DIRECTORY, 0)) {
            return Libc.getdents(folder, MOST_DESCRIPTORS).stream()
                    .filter(one -> isInstance(folder, one.name()))
                    .count();
        }
    }

    private static boolean isInstance(Descriptor folder, String name) {
        return Errand.or(false, () -> Libc.readlinkat(folder, name).equals(INSTANCE));
    }

    /// Returns the user for whom the kernel counts what a process opens.
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
        return Libc.readlink("/proc/self/ns/user");
    }
}
