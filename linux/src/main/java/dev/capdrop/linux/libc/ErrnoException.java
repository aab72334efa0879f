package dev.capdrop.linux.libc;

import java.io.IOException;
import java.util.List;

/// Thrown when the kernel refused a system call.
///
/// A search meets hundreds of these: they have no stack trace, and their sentence is made when it
/// is asked for.
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Syscall call;
    private final String subject;
    private final int number;

    ErrnoException(Syscall call, String subject, int number) {
        this.call = call;
        this.subject = subject;
        this.number = number;
    }

    @Override
    public String getMessage() {
        return errno() == Errno.ENOSYS ? reason() : "'" + subject + "': " + reason();
    }

    public Errno errno() {
        return Errno.of(number);
    }

    /// Whether the path leads to nothing.
    public boolean absent() {
        return errno() == Errno.ENOENT || errno() == Errno.ENOTDIR;
    }

    /// Whether this failure is that a path leads to nothing.
    public static boolean isAbsence(IOException failed) {
        return failed instanceof ErrnoException refused && refused.absent();
    }

    /// Throws it unless it is one of these.
    public void unless(Errno... expected) throws ErrnoException {
        if (!List.of(expected).contains(errno())) {
            throw this;
        }
    }

    /// Returns the reason without its subject: `permission denied (openat2)`. A file on another
    /// file system is refused because we asked for that, whichever call it was.
    public String reason() {
        Errno errno = errno();
        if (errno == Errno.ENOSYS) {
            return call.absence();
        }
        String text = errno.text(number);
        return errno == Errno.EXDEV ? text : text + " (" + call.call() + ")";
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
