package dev.capdrop.linux.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.Bounded;
import java.io.IOException;

/// A `/proc/PID`, opened once: all reads are of one process, whoever has its number later.
public final class ProcDir implements AutoCloseable {
    static final int LIMIT = 4 << 20;
    private final int pid;
    private final Descriptor directory;

    private ProcDir(int pid, Descriptor directory) {
        this.pid = pid;
        this.directory = directory;
    }

    /// Opens the directory of a process, or throws when there is none.
    public static ProcDir open(int pid) throws IOException {
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY;
        return new ProcDir(pid, Libc.open("/proc/" + pid, flags));
    }

    public int pid() {
        return pid;
    }

    public Descriptor descriptor() {
        return directory;
    }

    /// Returns the content of a file, or throws when the process is gone.
    public String read(String name) throws IOException {
        try (Descriptor file = Libc.openat(directory, name, Libc.O_RDONLY | Libc.O_NONBLOCK, 0)) {
            return new String(Bounded.read(file, "/proc/" + pid + "/" + name, LIMIT), UTF_8);
        }
    }

    /// Returns when the process started, in clock ticks since this boot of the machine
    /// (proc_pid_stat(5)): no other process of its number did then.
    public long startTicks() throws IOException {
        return ProcTime.startTicks(read("stat"));
    }

    /// Returns the target of a link of the process, as in `ns/pid`.
    public String link(String name) throws IOException {
        return Libc.readlinkat(directory, name);
    }

    boolean alive() throws IOException {
        try {
            return !ProcStatus.parse(read("status")).zombie();
        } catch (ErrnoException e) {
            e.unless(Errno.ESRCH, Errno.ENOENT);
            return false;
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
