package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A lease on an open file: while it is held, whoever opens the file in the conflicting way waits
/// in open(2).
///
/// Source: fcntl(2), "Leases". The kernel grants one only while nobody has the file open in that
/// way, and so tells, too, that nobody has. Where a file system has none, or we may not have one,
/// nothing is held and nobody waits.
record Lease(Descriptor file, int kind, boolean held) {
    static final String WRITING = "another program wrote a file";
    private static final Duration PAUSE = Duration.ofMillis(1);

    /// Waits until nobody has the file open for writing, and holds off new writers.
    ///
    /// @param file opened for reading alone
    /// @return null when a writer still has it open
    static @Nullable Lease againstWriters(Descriptor file, Duration patience) throws IOException {
        return Deadline.in(patience).await(PAUSE, WRITING, () -> tryTake(file, Libc.F_RDLCK));
    }

    /// Holds off everybody else.
    ///
    /// @param file a file of ours that nobody else knows
    /// @return null when somebody has it open all the same
    static @Nullable Lease againstAll(Descriptor file) throws IOException {
        return tryTake(file, Libc.F_WRLCK);
    }

    /// Takes a lease; null when another process has the file open.
    private static @Nullable Lease tryTake(Descriptor file, int kind) {
        try {
            // the default action of the signal for a waiting process would end this one
            Libc.fcntl(file, Libc.F_SETSIG, Libc.SIGURG);
            Libc.fcntl(file, Libc.F_SETLEASE, kind);
            return new Lease(file, kind, true);
        } catch (ErrnoException refused) {
            return refused.errno() == Errno.EAGAIN ? null : new Lease(file, kind, false);
        }
    }

    boolean awaited() throws ErrnoException {
        return held && Libc.fcntl(file, Libc.F_GETLEASE, 0) != kind;
    }

    boolean awaitedByWriter() throws ErrnoException {
        return held && Libc.fcntl(file, Libc.F_GETLEASE, 0) == Libc.F_UNLCK;
    }

    void release() throws ErrnoException {
        if (held) {
            Libc.fcntl(file, Libc.F_SETLEASE, Libc.F_UNLCK);
        }
    }
}
