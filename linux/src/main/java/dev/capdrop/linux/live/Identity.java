package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Handover;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;

/// The one process that is meant, whatever becomes of its number: held by a descriptor of its own
/// (pidfd_open(2)), by its directory in /proc, and by the time of its start.
record Identity(ProcDir directory, Descriptor process, String started) implements AutoCloseable {
    private static final int START_TIME = 19;

    static Identity of(ProcDir directory) throws IOException {
        String started = started(directory);
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
        if (ended || !started.equals(started(directory))) {
            throw new LiveException("PID 1 ended meanwhile");
        }
    }

    /// The field `starttime` of proc_pid_stat(5), in ticks since the host booted.
    private static String started(ProcDir directory) throws IOException {
        String stat = directory.read("stat");
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[START_TIME];
    }

    @Override
    public void close() {
        process.close();
    }
}
