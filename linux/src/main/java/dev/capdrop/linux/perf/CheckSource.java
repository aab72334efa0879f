package dev.capdrop.linux.perf;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.libc.ErrnoException;
import java.io.IOException;

/// The kernel's source of capability checks, for as long as somebody watches: the tracepoint, or a
/// kprobe where the kernel is older than that.
///
/// @param unseen the capabilities of which it does not see every check that counts
record CheckSource(CheckFormat format, CapabilitySet unseen, Runnable end)
        implements AutoCloseable {

    static CheckSource open(Tracefs tracefs) throws IOException {
        try {
            return of(tracefs);
        } catch (ErrnoException refused) {
            throw new IOException(
                    "the kernel refuses to tell of its checks of capabilities: %s; run it as the host's root, outside of any container; lockdown=confidentiality forbids it, too"
                            .formatted(refused.getMessage()),
                    refused);
        }
    }

    private static CheckSource of(Tracefs tracefs) throws IOException {
        tracefs.requireMounted();
        if (tracefs.reportsChecks()) {
            return new CheckSource(tracefs.capabilityChecks(), CapabilitySet.EMPTY, () -> {});
        }
        CheckFormat format = Kprobe.use(tracefs);
        return new CheckSource(format, KprobeFormat.UNSEEN, Kprobe::leave);
    }

    @Override
    public void close() {
        end.run();
    }
}
