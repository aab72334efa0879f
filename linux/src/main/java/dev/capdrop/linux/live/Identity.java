package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;

/// The one process that is meant, whatever becomes of its number: held by a descriptor of its own
/// (pidfd_open(2)), by its directory in /proc, and by the time of its start.
final class Identity implements AutoCloseable {
    private static final int START_TIME = 19;

    private final ProcDir directory;
    private final Descriptor process;
    private final String started;

    private Identity(ProcDir directory, Descriptor process, String started) {
        this.directory = directory;
        this.process = process;
        this.started = started;
    }

    /// @param directory of the process, opened before
    static Identity of(ProcDir directory) throws IOException {
        String started = started(directory);
        Descriptor process = Libc.pidfdOpen(directory.pid());
        Identity identity = new Identity(directory, process, started);
        try {
            identity.require();
            return identity;
        } catch (IOException gone) {
            process.close();
            throw gone;
        }
    }

    /// Requires that the process still has its number: one that has ended and was reaped has lost
    /// it, maybe to another.
    ///
    /// @throws IOException when it has ended
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
