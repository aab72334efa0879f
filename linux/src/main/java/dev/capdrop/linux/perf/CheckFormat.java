package dev.capdrop.linux.perf;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The format of a kernel event that reports a capability check.
interface CheckFormat {
    int id();

    /// Returns the check that a sample reports; null where it does not hold enough for that.
    ///
    /// @param at where the event's own fields begin
    @Nullable CapabilityCheck check(ByteBuffer bytes, int at, long cgroup, long nanos, int process);

    /// Returns the filter against checks granted in this namespace.
    String notGrantedIn(long namespace);
}
