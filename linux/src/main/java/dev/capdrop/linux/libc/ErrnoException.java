package dev.capdrop.linux.libc;

import module java.base;

/// Thrown when the kernel refused a system call. A search meets hundreds of these: they have no
/// stack trace, and their sentence is made when it is asked for.
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

    public boolean absent() {
        return errno() == Errno.ENOENT || errno() == Errno.ENOTDIR;
    }

    public static boolean isAbsence(IOException failed) {
        return failed instanceof ErrnoException refused && refused.absent();
    }

    public void unless(Errno... expected) throws ErrnoException {
        if (!List.of(expected).contains(errno())) {
            throw this;
        }
    }

    /// Returns the reason without its subject: `permission denied (openat2)`; of EXDEV, which we
    /// asked for, without the call.
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

    /// The error numbers that capdrop tells apart (errno(3)), equal on all processors of [Syscall].
    public enum Errno {
        EPERM(1, "operation not permitted"),
        ENOENT(2, "no such file or directory"),
        ESRCH(3, "no such process"),
        EINTR(4, "interrupted"),
        EIO(5, "input/output error"),
        ENXIO(6, "no such device or address"),
        EBADF(9, "bad file descriptor"),
        EAGAIN(11, "not ready"),
        ENOMEM(12, "out of memory"),
        EACCES(13, "permission denied"),
        EFAULT(14, "bad address"),
        EBUSY(16, "busy"),
        EEXIST(17, "exists already"),
        EXDEV(18, "on another file system"),
        ENODEV(19, "no such device"),
        ENOTDIR(20, "not a directory"),
        EISDIR(21, "is a directory"),
        EINVAL(22, "invalid argument"),
        EMFILE(24, "too many open files"),
        EFBIG(27, "file too large"),
        ENOSPC(28, "no space left on device"),
        EROFS(30, "read-only file system"),
        EPIPE(32, "broken pipe"),
        ENAMETOOLONG(36, "file name too long"),
        ENOSYS(38, "no such system call"),
        ELOOP(40, "too many symbolic links"),
        ENODATA(61, "no such attribute"),
        EOVERFLOW(75, "number too large"),
        EOPNOTSUPP(95, "not supported"),
        ECONNRESET(104, "connection reset"),
        ECONNREFUSED(111, "connection refused"),
        EDQUOT(122, "disk quota exceeded"),
        /// Any other number.
        OTHER(0, "error");

        private static final List<Errno> ALL = List.of(values());

        private final int number;
        private final String text;

        Errno(int number, String text) {
            this.number = number;
            this.text = text;
        }

        int number() {
            return number;
        }

        static Errno of(int number) {
            for (Errno errno : ALL) {
                if (errno.number == number) {
                    return errno;
                }
            }
            return OTHER;
        }

        String text(int raw) {
            return this == OTHER ? "error " + raw : text;
        }
    }
}
