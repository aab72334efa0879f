package dev.capdrop.linux.evidence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.snapshot.Quota;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.Payload;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the host grants a container, and how much of that is used.
///
/// Source: proc_key_users(5); cgroups(7); the kernel's "Control Group v2", pids and memory.
public final class HostQuotas {
    private static final Path PROC = Path.of("/proc");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int MOST = 1 << 20;

    /// `UID: USAGE NKEYS/NIKEYS QNKEYS/MAXKEYS QNBYTES/MAXBYTES`.
    private static final Pattern KEY_USER =
            Pattern.compile(
                    "\\s*([0-9]+):\\s+[0-9]+\\s+[0-9]+/[0-9]+\\s+([0-9]+)/([0-9]+)"
                            + "\\s+([0-9]+)/([0-9]+)\\s*");

    private static final Pattern REFUSED = Pattern.compile("(?m)^max ([0-9]{1,18})$");
    private static final Pattern KILLED = Pattern.compile("(?m)^oom_kill ([0-9]{1,18})$");

    /// The quota of a control group is no user's.
    private static final long NOBODYS = -1;

    private HostQuotas() {}

    /// Those of this container; what cannot be read is left out.
    ///
    /// @param inotify whether something is amiss that a lack of inotify instances would explain:
    ///   counting them takes a look at every open file of the host
    /// @param deadline after which they are not counted any more
    public static List<Quota> read(ContainerInit init, boolean inotify, Deadline deadline) {
        List<Quota> quotas = new ArrayList<>();
        Quota instances = inotify ? InotifyInstances.of(init, deadline) : null;
        if (instances != null) {
            quotas.add(instances);
        }
        try {
            quotas.addAll(keys(text(PROC.resolve("key-users")), init.uidMap()));
        } catch (IOException withoutKeys) {
            // a kernel without CONFIG_KEYS
        }
        try {
            Path group = group(init.read("cgroup"));
            if (group != null) {
                quotas.addAll(limits(group));
            }
        } catch (IOException | InvalidPathException gone) {
            // the container has ended, or is called what this locale has no bytes for
        }
        return quotas;
    }

    /// The fullest of those that containers of one user share, whoever the user is; what cannot be
    /// told is left out.
    ///
    /// @param deadline after which instances of inotify are not counted any more
    public static List<Quota> ofHost(Deadline deadline) {
        List<Quota> quotas = new ArrayList<>();
        Quota instances = InotifyInstances.fullest(deadline);
        if (instances != null) {
            quotas.add(instances);
        }
        try {
            quotas.addAll(keys(text(PROC.resolve("key-users")), IdMap.INITIAL));
        } catch (IOException withoutKeys) {
            // a kernel without CONFIG_KEYS
        }
        return quotas;
    }

    /// The fullest of the users that the container's are on the host.
    static List<Quota> keys(String text, IdMap users) {
        Quota keys = null;
        Quota bytes = null;
        for (String line : text.split("\n")) {
            Matcher user = KEY_USER.matcher(line);
            if (user.matches() && isOf(users, Long.parseLong(user.group(1)))) {
                keys = fuller(keys, quota(Quota.Kind.KEYS, user, 2));
                bytes = fuller(bytes, quota(Quota.Kind.KEY_BYTES, user, 4));
            }
        }
        return keys == null || bytes == null ? List.of() : List.of(keys, bytes);
    }

    private static boolean isOf(IdMap users, long outside) {
        return users.inside(outside).isPresent();
    }

    private static Quota quota(Quota.Kind kind, Matcher user, int group) {
        return new Quota(
                kind,
                Long.parseLong(user.group(1)),
                Long.parseLong(user.group(group)),
                Long.parseLong(user.group(group + 1)),
                0);
    }

    private static Quota fuller(@Nullable Quota one, Quota other) {
        return one != null && share(one) >= share(other) ? one : other;
    }

    private static double share(Quota quota) {
        return (double) quota.used() / Math.max(1, quota.limit());
    }

    /// The control group that the host made for the container; null where there is none of version
    /// 2.
    private static @Nullable Path group(String cgroup) {
        for (String line : cgroup.split("\n")) {
            if (line.startsWith("0::/")) {
                String made = Payload.directory(line.substring("0::".length()));
                for (Path mount : List.of(CGROUPS, CGROUPS.resolve("unified"))) {
                    Path group = mount.resolve(made.substring(1));
                    if (!made.contains("..") && Files.exists(group.resolve("cgroup.controllers"))) {
                        return group;
                    }
                }
            }
        }
        return null;
    }

    private static List<Quota> limits(Path group) {
        List<Quota> quotas = new ArrayList<>();
        add(quotas, Quota.Kind.PIDS, group, "pids.current", "pids.max", "pids.events", REFUSED);
        add(
                quotas,
                Quota.Kind.MEMORY,
                group,
                "memory.current",
                "memory.max",
                "memory.events",
                KILLED);
        return quotas;
    }

    private static void add(
            List<Quota> quotas,
            Quota.Kind kind,
            Path group,
            String used,
            String limit,
            String events,
            Pattern refused) {
        try {
            Matcher refusals = refused.matcher(text(group.resolve(events)));
            quotas.add(
                    new Quota(
                            kind,
                            NOBODYS,
                            number(text(group.resolve(used))),
                            number(text(group.resolve(limit))),
                            refusals.find() ? Long.parseLong(refusals.group(1)) : 0));
        } catch (IOException withoutController) {
            // the host does not limit that
        }
    }

    /// `max` is no limit.
    private static long number(String text) {
        String word = text.strip();
        return word.matches("[0-9]{1,18}") ? Long.parseLong(word) : Long.MAX_VALUE;
    }

    private static String text(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return new String(in.readNBytes(MOST), ISO_8859_1);
        }
    }
}
