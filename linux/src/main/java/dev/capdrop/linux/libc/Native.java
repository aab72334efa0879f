package dev.capdrop.linux.libc;

/// System calls, made again when a signal interrupted them.
final class Native {
    private static final int EINTR = Errno.EINTR.number();
    private static final long CLOSE = Syscall.CLOSE.number();

    private Native() {}

    /// Makes the call, again when a signal interrupted it; messages name its subject.
    static long call(Syscall call, String subject, long a, long b, long c, long d, long e)
            throws ErrnoException {
        // an interrupted close(2) has closed the descriptor, whose number may be another's by now
        long result =
                call == Syscall.CLOSE
                        ? Kernels.HERE.call(call.number(), a, b, c, d, e)
                        : tryCall(call.number(), a, b, c, d, e);
        if (result < 0) {
            throw new ErrnoException(call, subject, (int) -result);
        }
        return result;
    }

    /// Makes a call without a costly exception; returns minus errno when the kernel refused.
    static long tryCall(long number, long a, long b, long c, long d, long e) {
        long result;
        do {
            result = Kernels.HERE.call(number, a, b, c, d, e);
        } while (result == -EINTR);
        return result;
    }

    /// Closes a descriptor, once, whatever the result.
    static void close(int descriptor) {
        Kernels.HERE.call(CLOSE, descriptor, 0, 0, 0, 0);
    }
}
