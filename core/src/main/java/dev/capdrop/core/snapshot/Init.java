package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.Securebits;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadIds;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.capability.UserNamespace;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The container's PID 1 as the host's /proc shows it, or as the next start would make it.
///
/// @param pid its number on the host; 0 when it is yet to be started
/// @param startedAt its start, to some hundredths of a second, or when its files were read
/// @param unprivileged whether its root is another user of the host, by `/proc/PID/uid_map`
/// @param executableReplaced whether the program it runs has been replaced on disk since
/// @param thread its other sets and its user namespace; null when only the bounding set is known
/// @param start when it started, as the kernel counts it; null when that is not known
/// @param limit the capabilities that systemd-system.conf(5), `CapabilityBoundingSet=`, leaves it
public record Init(
        int pid,
        Instant startedAt,
        boolean unprivileged,
        CapabilitySet bounding,
        boolean executableReplaced,
        @Nullable InitThread thread,
        @Nullable KernelStart start,
        CapabilitySet limit) {
    private static final Duration CLOCK_STEP = Duration.ofSeconds(2);

    public Init(
            int pid,
            Instant startedAt,
            boolean unprivileged,
            CapabilitySet bounding,
            boolean executableReplaced) {
        CapabilitySet all = CapabilityLists.ALL;
        this(pid, startedAt, unprivileged, bounding, executableReplaced, null, null, all);
    }

    /// Returns this PID 1 limited by its own configuration, but keeping what it holds now.
    public Init limitedTo(CapabilitySet known) {
        CapabilitySet most = known.union(bounding);
        return new Init(
                pid, startedAt, unprivileged, bounding, executableReplaced, thread, start, most);
    }

    public boolean running() {
        return pid != 0;
    }

    public boolean isOfAnotherBoot(Init other) {
        return start != null && other.start != null && start.isOfAnotherBoot(other.start);
    }

    /// Whether both are one process. By the clock alone, one set in between makes two of it.
    public boolean isSameProcess(Init other) {
        if (start != null && other.start != null) {
            return pid == other.pid && start.isSame(other.start);
        }
        Duration apart = Duration.between(startedAt, other.startedAt).abs();
        return pid == other.pid && apart.compareTo(CLOCK_STEP) < 0;
    }

    /// The start of a process as the kernel counts it, which no setting of a clock changes.
    ///
    /// @param ticks clock ticks after the machine's boot (proc_pid_stat(5), `starttime`)
    /// @param bootId `/proc/sys/kernel/random/boot_id`, random(4); empty when not known
    public record KernelStart(long ticks, String bootId) {
        /// Whether the boots are known and differ, so that the processes do even with equal ticks.
        boolean isOfAnotherBoot(KernelStart other) {
            return !bootId.isEmpty() && !other.bootId.isEmpty() && !bootId.equals(other.bootId);
        }

        boolean isSame(KernelStart other) {
            return ticks == other.ticks && !isOfAnotherBoot(other);
        }
    }

    /// The capabilities of a container's PID 1 and their user namespace; nobody else can read its
    /// securebits (prctl(2), PR_GET_SECUREBITS).
    public record InitThread(ThreadStatus status, IdMap users, IdMap groups) {
        /// The number of users that LXC and Proxmox VE give a container by default (subuid(5)).
        private static final long USUAL_COUNT = 65_536;

        /// Returns root, `rootUid` on the host, of a container that was not looked at more closely.
        public static InitThread ofRoot(CapabilitySet bounding, long rootUid) {
            IdMap map =
                    rootUid == 0
                            ? IdMap.INITIAL
                            : IdMap.parse("0 " + rootUid + " " + USUAL_COUNT + "\n");
            return new InitThread(
                    new ThreadStatus(ThreadCapabilities.ofRoot(bounding), false), map, map);
        }

        /// Returns the credentials that decide what an execve(2) gives it, without securebits.
        public Credentials credentials() {
            long root = users.outside(0).orElse(0);
            long group = groups.outside(0).orElse(0);
            UserNamespace namespace =
                    users.unprivileged()
                            ? new UserNamespace(users, groups, UserNamespace.INITIAL)
                            : UserNamespace.INITIAL;
            ThreadIds ids = ThreadIds.of(root, group);
            return new Credentials(
                    ids, status.capabilities(), Securebits.NONE, status.noNewPrivs(), namespace);
        }
    }
}
