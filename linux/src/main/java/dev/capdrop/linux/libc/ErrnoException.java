package dev.capdrop.linux.libc;

import java.io.IOException;

/// A system call that the kernel refused.
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Errno errno;
    private final String reason;

    ErrnoException(Syscall call, String subject, int number) {
        this(Errno.of(number), subject, reason(call, number));
    }

    private ErrnoException(Errno errno, String subject, String reason) {
        super(errno == Errno.ENOSYS ? reason : "'" + subject + "': " + reason);
        this.errno = errno;
        this.reason = reason;
    }

    private static String reason(Syscall call, int number) {
        Errno errno = Errno.of(number);
        return errno == Errno.ENOSYS
                ? call.absence()
                : errno.text(number) + " (" + call.call() + ")";
    }

    public Errno errno() {
        return errno;
    }

    /// Why, without saying of what: `permission denied (openat2)`.
    public String reason() {
        return reason;
    }
}
