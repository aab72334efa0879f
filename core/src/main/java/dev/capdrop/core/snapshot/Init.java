package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
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
public record Init(
        int pid,
        Instant startedAt,
        boolean unprivileged,
        CapabilitySet bounding,
        boolean executableReplaced,
        @Nullable InitThread thread) {
    private static final Duration CLOCK_STEP = Duration.ofSeconds(2);

    /// A PID 1 of which only the bounding set is known.
    public Init(
            int pid,
            Instant startedAt,
            boolean unprivileged,
            CapabilitySet bounding,
            boolean executableReplaced) {
        this(pid, startedAt, unprivileged, bounding, executableReplaced, null);
    }

    /// Whether it runs, and is not merely what the next start would make.
    public boolean running() {
        return pid != 0;
    }

    /// Whether both are one process: its number is the same, and but for a clock that was set in
    /// between it started at the same time.
    public boolean isSameProcess(Init other) {
        Duration apart = Duration.between(startedAt, other.startedAt).abs();
        return pid == other.pid && apart.compareTo(CLOCK_STEP) < 0;
    }
}
