package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Tracee;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The seccomp filters of a process that is stopped: one may answer prctl(2) with the end of its
/// process. One that is left when others were looked at counts as refusal. Where the kernel shows
/// this process none at all (ptrace(2), PTRACE_SECCOMP_GET_FILTER: it has a filter itself, as in a
/// container, or the kernel was built without), which is nothing that the other can bring about,
/// nothing is known against it: systemd makes the call itself for each service with
/// `CapabilityBoundingSet=`.
final class SeccompFilters {
    /// systemd has one or two. The kernel takes some thousands of a single instruction each, and to
    /// read them all PID 1 would have to stand still.
    private static final int MOST = 64;

    private SeccompFilters() {}

    static void requireAllowed(Tracee tracee, Architecture architecture, CapabilitySet drop)
            throws IOException {
        int index = 0;
        for (long[] program = read(tracee, index);
                program != null;
                program = read(tracee, ++index)) {
            if (index == MOST) {
                throw new LiveException(
                        "PID 1 has more than " + MOST + " seccomp filters, too many to look at");
            }
            requireAllowed(new SeccompFilter(program), architecture, drop);
        }
    }

    private static void requireAllowed(
            SeccompFilter filter, Architecture architecture, CapabilitySet drop)
            throws LiveException {
        for (Capability capability : drop) {
            if (!filter.allows(architecture.dropCall(capability.number()))) {
                throw new LiveException(
                        "a seccomp filter of PID 1 forbids it prctl(2) with PR_CAPBSET_DROP");
            }
        }
    }

    private static long @Nullable [] read(Tracee tracee, int index) throws IOException {
        try {
            return tracee.seccompFilter(index);
        } catch (ErrnoException untold) {
            if (index == 0) {
                return null;
            }
            throw new LiveException(
                    "PID 1 has a seccomp filter, and the kernel does not let this process look at it: %s"
                            .formatted(untold.getMessage()),
                    untold);
        }
    }
}
