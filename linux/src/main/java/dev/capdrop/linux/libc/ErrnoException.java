package dev.capdrop.linux.libc;

import java.io.IOException;

/// A system call that the kernel refused.
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Errno errno;

    ErrnoException(Syscall call, String subject, int number) {
        super(
                Errno.of(number) == Errno.ENOSYS
                        ? call.absence()
                        : "'"
                                + subject
                                + "': "
                                + Errno.of(number).text(number)
                                + " ("
                                + call.call()
                                + ")");
        this.errno = Errno.of(number);
    }

    public Errno errno() {
        return errno;
    }
}
