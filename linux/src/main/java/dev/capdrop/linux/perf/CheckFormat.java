package dev.capdrop.linux.perf;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How an event of the kernel tells of a capability check.
interface CheckFormat {
    /// The number by which perf_event_open(2) knows the event.
    int id();

    /// The check that a sample tells of; null where it does not hold what that takes.
    ///
    /// @param at where the event's own fields begin
    /// @param cgroup the identity of the control group
    /// @param nanos when
    /// @param process the number of the process
    @Nullable CapabilityCheck check(ByteBuffer bytes, int at, long cgroup, long nanos, int process);

    /// The filter that leaves out what is granted in this namespace.
    String notGrantedIn(long namespace);
}
