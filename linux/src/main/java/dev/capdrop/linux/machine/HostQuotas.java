package dev.capdrop.linux.machine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup.Payload;
import dev.capdrop.linux.root.HostFile.Bounded;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads what the host grants a container, and how much of that is used. Source: proc_key_users(5);
/// cgroups(7); the kernel's "Control Group v2", and version 1's "Process Number Controller" and
/// "Memory Resource Controller".
public final class HostQuotas {
    /// A line of /proc/key-users (proc(5)): `UID: USAGE NKEYS/NIKEYS QNKEYS/MAXKEYS
    /// QNBYTES/MAXBYTES`.
    private static final Pattern KEY_USER =
            Pattern.compile(
                    "\\s*([0-9]+):\\s+[0-9]+\\s+[0-9]+/[0-9]+\\s+([0-9]+)/([0-9]+)\\s+([0-9]+)/([0-9]+)\\s*");

    private static final int MOST = 1 << 20;

    private static final Pattern REFUSED = Pattern.compile("(?m)^max ([0-9]{1,18})$");
    private static final Pattern KILLED = Pattern.compile("(?m)^oom_kill ([0-9]{1,18})$");
    private static final int DEEPEST = 8;
    private static final int MOST_GROUPS = 1000;
    private static final int MOST_ENTRIES = 2 * MOST_GROUPS;
    private static final int FOLDER = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW;
    private static final List<Controller> CONTROLLERS =
            List.of(
                    new Controller(
                            Quota.Kind.PIDS,
                            "pids",
                            List.of("pids.current", "pids.max", "pids.events"),
                            List.of("pids.current", "pids.max", "pids.events"),
                            REFUSED),
                    new Controller(
                            Quota.Kind.MEMORY,
                            "memory",
                            List.of("memory.current", "memory.max", "memory.events"),
                            List.of(
                                    "memory.max_usage_in_bytes",
                                    "memory.limit_in_bytes",
                                    "memory.oom_control"),
                            KILLED));

    private static final long NOBODYS = -1;

    private HostQuotas() {}

    /// Reads the quotas of this container; what cannot be read is left out.
    ///
    /// @param inotify whether instances of inotify are counted until the deadline, which takes a
    ///   look at every open file of the host
    public static List<Quota> read(ContainerInit init, boolean inotify, Deadline deadline) {
        List<Quota> quotas = new ArrayList<>();
        Quota instances = inotify ? InotifyInstances.of(init, deadline) : null;
        if (instances != null) {
            quotas.add(instances);
        }
        quotas.addAll(keys(init.uidMap()));
        try {
            quotas.addAll(limits(Path.of("/sys/fs/cgroup"), init.read("cgroup")));
        } catch (IOException | InvalidPathException gone) {
            // the container has ended, or is called what this locale has no bytes for
        }
        return quotas;
    }

    /// Returns the fullest of those that containers of one user share, whoever the user is; what
    /// cannot be told, or not before the deadline, is left out.
    public static List<Quota> ofHost(Deadline deadline) {
        List<Quota> quotas = new ArrayList<>();
        Quota instances = InotifyInstances.fullest(deadline);
        if (instances != null) {
            quotas.add(instances);
        }
        quotas.addAll(keys(IdMap.INITIAL));
        return quotas;
    }

    /// Returns the key of a container's configuration that allows it a device: that of version 1
    /// where the host has its controller of devices (lxc.container.conf(5), "CONTROL GROUPS").
    public static String allowingDevices(ContainerInit init) {
        // a container that has ended has none
        return allowingDevices(Errand.or("", () -> init.read("cgroup")));
    }

    static String allowingDevices(String cgroup) {
        return cgroup.lines()
                        .map(line -> line.split(":", 3))
                        .anyMatch(line ->
                                line.length > 2 && List.of(line[1].split(",")).contains("devices"))
                ? "lxc.cgroup.devices.allow"
                : "lxc.cgroup2.devices.allow";
    }

    private static List<Quota> keys(IdMap users) {
        // a kernel without CONFIG_KEYS has no such file
        return Errand.or(List.of(), () -> keys(text(Path.of("/proc").resolve("key-users")), users));
    }

    static List<Quota> keys(String text, IdMap users) {
        Quota keys = null;
        Quota bytes = null;
        for (String line : text.split("\n")) {
            Matcher user = KEY_USER.matcher(line);
            if (user.matches() && users.inside(Long.parseLong(user.group(1))).isPresent()) {
                keys = fuller(keys, quota(Quota.Kind.KEYS, user, 2));
                bytes = fuller(bytes, quota(Quota.Kind.KEY_BYTES, user, 4));
            }
        }
        return keys == null || bytes == null ? List.of() : List.of(keys, bytes);
    }

    private static Quota quota(Quota.Kind kind, Matcher user, int group) {
        long uid = Long.parseLong(user.group(1));
        long used = Long.parseLong(user.group(group));
        return new Quota(kind, uid, used, Long.parseLong(user.group(group + 1)), 0);
    }

    private static Quota fuller(@Nullable Quota one, Quota other) {
        return one != null && share(one) >= share(other) ? one : other;
    }

    private static double share(Quota quota) {
        return (double) quota.used() / Math.max(1, quota.limit());
    }

    /// Returns the quotas of the control groups that the host made for a container.
    static List<Quota> limits(Path mounts, String cgroup) {
        List<Quota> quotas = new ArrayList<>();
        for (Controller controller : CONTROLLERS) {
            for (String line : cgroup.split("\n")) {
                Quota quota = controller.quota(mounts, line.split(":", 3));
                if (quota != null) {
                    quotas.add(quota);
                    break;
                }
            }
        }
        return quotas;
    }

    /// A controller, as both versions show it. Version 1 counts what is refused in the group of the
    /// process that was refused it, so that there all below the container's count together.
    ///
    /// @param files of version 2: what is used, the limit, and what was refused
    /// @param oldFiles the same of version 1; of memory the most that was used, for the kernel
    ///   counts kills in a group that systemd has removed since
    private record Controller(
            Quota.Kind kind,
            String name,
            List<String> files,
            List<String> oldFiles,
            Pattern refused) {
        /// Returns null where the line of `/proc/PID/cgroup` is of another hierarchy, or nothing is
        /// limited there.
        private @Nullable Quota quota(Path mounts, String[] line) {
            boolean unified = line.length > 2 && line[0].equals("0") && line[1].isEmpty();
            boolean own = line.length > 2 && List.of(line[1].split(",")).contains(name);
            String made = unified || own ? Payload.directory(line[2]) : "..";
            if (made.contains("..") || !made.startsWith("/")) {
                return null;
            }
            List<Path> hierarchies =
                    unified
                            ? List.of(mounts, mounts.resolve("unified"))
                            : List.of(mounts.resolve(line[1]));
            for (Path hierarchy : hierarchies) {
                try {
                    return quota(hierarchy.resolve(made.substring(1)), unified);
                } catch (IOException withoutController) {
                    // the host does not limit that, or not there
                }
            }
            return null;
        }

        private Quota quota(Path group, boolean unified) throws IOException {
            List<String> names = unified ? files : oldFiles;
            long used = number(text(group.resolve(names.get(0))));
            long limit = number(text(group.resolve(names.get(1))));
            Path told = group.resolve(names.get(2));
            long refusals = unified ? refusals(text(told)) : refusalsBelow(group, names.get(2));
            return new Quota(kind, NOBODYS, used, limit, refusals);
        }

        private long refusals(String text) {
            Matcher count = refused.matcher(text);
            return count.find() ? Long.parseLong(count.group(1)) : 0;
        }

        /// Counts the refusals of the group and of the directories that the container has made in
        /// it, the nearest first, as far as one looks.
        private long refusalsBelow(Path group, String file) throws IOException {
            long refusals = 0;
            Deque<String> next = new ArrayDeque<>(List.of("."));
            try (Descriptor top = Libc.open(group.toString(), FOLDER)) {
                for (int looked = 0; !next.isEmpty() && looked < MOST_GROUPS; looked++) {
                    String one = next.remove();
                    try (Descriptor open = Libc.openat(top, one, FOLDER, 0);
                            Descriptor told = Libc.openat(open, file, Libc.O_RDONLY, 0)) {
                        String said = new String(Bounded.read(told, file, MOST), ISO_8859_1);
                        refusals += refusals(said);
                        if (next.size() < MOST_GROUPS && one.split("/").length <= DEEPEST) {
                            Libc.getdents(open, MOST_ENTRIES).stream()
                                    .filter(Libc.DirectoryEntry::isDirectory)
                                    .forEach(child -> next.add(one + "/" + child.name()));
                        }
                    } catch (ErrnoException removedMeanwhile) {
                        // its unit has ended
                    }
                }
            }
            return refusals;
        }
    }

    private static long number(String text) {
        String word = text.strip();
        return word.matches("[0-9]{1,18}") ? Long.parseLong(word) : Long.MAX_VALUE;
    }

    private static String text(Path path) throws IOException {
        return Bounded.latin1(path, MOST);
    }
}
