package dev.capdrop.linux.machine;

import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.root.HostFile;
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
        return told(
                deadline,
                (all, limit) -> {
                    long maker = all.charged(init.directory());
                    return quota(maker, all.count(maker, limit), limit);
                });
    }

    /// Returns the quota of the user who has used most; null when it cannot be told in time.
    static @Nullable Quota fullest(Deadline deadline) {
        return told(
                deadline,
                (all, limit) ->
                        all.count().entrySet().stream()
                                .max(Map.Entry.comparingByValue())
                                .map(user -> quota(user.getKey(), user.getValue(), limit))
                                .orElse(null));
    }

    private interface Counting {
        @Nullable Quota count(InotifyInstances all, long limit) throws IOException;
    }

    private static @Nullable Quota told(Deadline deadline, Counting counting) {
        try {
            return counting.count(new InotifyInstances(deadline), limit());
        } catch (IOException | NumberFormatException unknown) {
            return null;
        }
    }

    private static long limit() throws IOException {
        return Long.parseLong(ProcDir.sysctl("fs/inotify/max_user_instances"));
    }

    private static Quota quota(long user, long used, long limit) {
        return new Quota(Quota.Kind.INOTIFY_INSTANCES, user, used, limit, 0);
    }

    private Map<Long, Long> count() throws IOException {
        Map<Long, Long> used = new HashMap<>();
        for (int pid : processes()) {
            requireTime();
            try (ProcDir process = ProcDir.open(pid)) {
                used.merge(charged(process), open(process), Long::sum);
            } catch (IOException gone) {
                // it has none any more
            }
        }
        return used;
    }

    /// Counts those of this user, at most `limit`.
    long count(long maker, long limit) throws IOException {
        long used = 0;
        for (int pid : processes()) {
            if (used >= limit) {
                return limit;
            }
            requireTime();
            try (ProcDir process = ProcDir.open(pid)) {
                used += charged(process) == maker ? open(process) : 0;
            } catch (IOException gone) {
                // it has none any more
            }
        }
        return used;
    }

    private void requireTime() throws IOException {
        if (deadline.passed()) {
            throw new IOException("not counted in time");
        }
    }

    private static List<Integer> processes() throws IOException {
        return HostFile.names(Path.of("/proc"), MOST_PROCESSES).stream()
                .filter(name -> name.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .toList();
    }

    private static long open(ProcDir process) throws IOException {
        try (Descriptor folder =
                Libc.openat(process.descriptor(), "fd", Libc.O_RDONLY | Libc.O_DIRECTORY, 0)) {
            return Libc.getdents(folder, MOST_DESCRIPTORS).stream()
                    .filter(one ->
                            Errand.or("", () -> Libc.readlinkat(folder, one.name()))
                                    .equals("anon_inode:inotify"))
                    .count();
        }
    }

    /// Returns the user for whom the kernel counts what a process opens.
    long charged(ProcDir process) throws IOException {
        String namespace = process.link("ns/user");
        Long maker = makers.get(namespace);
        if (maker == null) {
            maker = namespace.equals(Libc.readlink("/proc/self/ns/user")) ? OWN : maker(process);
            makers.put(namespace, maker);
        }
        return maker == OWN ? ProcDir.ProcStatus.parse(process.read("status")).uid() : maker;
    }

    private static long maker(ProcDir process) throws IOException {
        try (Descriptor namespace =
                Libc.openat(process.descriptor(), "ns/user", Libc.O_RDONLY, 0)) {
            return Libc.makerOf(namespace);
        }
    }
}
