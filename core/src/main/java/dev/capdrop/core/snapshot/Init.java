package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.Securebits;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadIds;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.capability.UserNamespace;
import dev.capdrop.core.condition.CapabilityLists;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The container's PID 1 as the host's /proc shows it, or as the next start would make it.
///
/// @param pid its number on the host; 0 when it is yet to be started
/// @param startedAt when it started, or when its files were read; two readings of one process may
///   differ by some hundredths of a second
/// @param unprivileged whether its user namespace maps its root to another user of the host, which
///   is what `/proc/PID/uid_map` says
/// @param bounding its bounding set, capabilities(7)
/// @param executableReplaced whether the program it runs has been replaced on disk since
/// @param thread its other sets and its user namespace; null when only the bounding set is known
/// @param start when it started, as the kernel counts it; null when that is not known
/// @param limit what its own configuration lets it keep of what it is started with
///   (systemd-system.conf(5), `CapabilityBoundingSet=`); all where nothing limits it
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

    /// A PID 1 of which only the bounding set is known.
    public Init(
            int pid,
            Instant startedAt,
            boolean unprivileged,
            CapabilitySet bounding,
            boolean executableReplaced) {
        this(
                pid,
                startedAt,
                unprivileged,
                bounding,
                executableReplaced,
                null,
                null,
                CapabilityLists.ALL);
    }

    /// The same, its own configuration being known.
    ///
    /// @param known what that lets it keep; what it holds, it was let keep, whatever a file says
    public Init limitedTo(CapabilitySet known) {
        return new Init(
                pid,
                startedAt,
                unprivileged,
                bounding,
                executableReplaced,
                thread,
                start,
                known.union(bounding));
    }

    /// Whether it runs, and is not merely what the next start would make.
    public boolean running() {
        return pid != 0;
    }

    /// Whether the machine is known to have booted between the two.
    public boolean isOfAnotherBoot(Init other) {
        return start != null && other.start != null && start.isOfAnotherBoot(other.start);
    }

    /// Whether both are one process: its number is the same, and it started at the same time. Where
    /// only the time by the clock is known, one that was set in between makes two of it.
    public boolean isSameProcess(Init other) {
        if (start != null && other.start != null) {
            return pid == other.pid && start.isSame(other.start);
        }
        Duration apart = Duration.between(startedAt, other.startedAt).abs();
        return pid == other.pid && apart.compareTo(CLOCK_STEP) < 0;
    }

    /// When a process started, as the kernel counts it: no clock that somebody sets has a part in
    /// it.
    ///
    /// @param ticks clock ticks after the machine's boot (proc_pid_stat(5), `starttime`)
    /// @param bootId which boot of the machine that was (`/proc/sys/kernel/random/boot_id`,
    ///   random(4)); empty when not known
    public record KernelStart(long ticks, String bootId) {
        /// Whether it is another boot of the machine, as far as both are known: a process of it is
        /// another one, be its number and its ticks the same.
        boolean isOfAnotherBoot(KernelStart other) {
            return !bootId.isEmpty() && !other.bootId.isEmpty() && !bootId.equals(other.bootId);
        }

        /// Whether it may be the same instant; of two boots that are not both known it is taken
        /// that they are one.
        boolean isSame(KernelStart other) {
            return ticks == other.ticks && !isOfAnotherBoot(other);
        }
    }

    /// The capabilities of a container's PID 1 and the user namespace that they are held in.
    ///
    /// Its securebits are not among them: the kernel tells a process its own only (prctl(2),
    /// PR_GET_SECUREBITS).
    ///
    /// @param status its five sets, and whether no_new_privs is set
    /// @param users its uid_map, as the host's root reads it (user_namespaces(7))
    /// @param groups its gid_map
    public record InitThread(ThreadStatus status, IdMap users, IdMap groups) {
        /// How many users LXC and Proxmox VE give a container unless told otherwise (subuid(5)).
        private static final long USUAL_COUNT = 65_536;

        /// What nobody has limited but by the bounding set: root of a container that was not looked
        /// at more closely.
        ///
        /// @param rootUid the host's user that the container's root is; 0 for a privileged
        ///   container
        public static InitThread ofRoot(CapabilitySet bounding, long rootUid) {
            IdMap map =
                    rootUid == 0
                            ? IdMap.INITIAL
                            : IdMap.parse("0 " + rootUid + " " + USUAL_COUNT + "\n");
            return new InitThread(
                    new ThreadStatus(ThreadCapabilities.ofRoot(bounding), false), map, map);
        }

        /// The user namespace that it lives in.
        UserNamespace namespace() {
            return users.unprivileged()
                    ? new UserNamespace(users, groups, UserNamespace.INITIAL)
                    : UserNamespace.INITIAL;
        }

        /// What decides what an execve(2) gives it, were none of its securebits set.
        public Credentials credentials() {
            long root = users.outside(0).orElse(0);
            long group = groups.outside(0).orElse(0);
            return new Credentials(
                    ThreadIds.of(root, group),
                    status.capabilities(),
                    Securebits.NONE,
                    status.noNewPrivs(),
                    namespace());
        }
    }
}
