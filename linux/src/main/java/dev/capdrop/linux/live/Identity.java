package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Handover;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;

/// The one process that is meant, whatever becomes of its number: held by a descriptor of its own
/// (pidfd_open(2)), by its directory in /proc, and by the time of its start.
record Identity(ProcDir directory, Descriptor process, long started) implements AutoCloseable {
    static Identity of(ProcDir directory) throws IOException {
        long started = directory.startTicks();
        return Handover.of(
                new Identity(directory, Libc.pidfdOpen(directory.pid()), started),
                identity -> {
                    identity.require();
                    return identity;
                });
    }

    /// Requires that the process still has its number: one that has ended and was reaped has lost
    /// it, maybe to another.
    void require() throws IOException {
        boolean ended = Libc.poll(process, Libc.POLLIN, 0) != 0;
        if (ended || started != directory.startTicks()) {
            throw new LiveException("PID 1 ended meanwhile");
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
