package dev.capdrop.linux.libc;

import java.util.Arrays;

final class Native {
    private static final int EINTR = ErrnoException.Errno.EINTR.number();
    private static final int MOST_ARGUMENTS = 5;
    private static final long CLOSE = Syscall.CLOSE.number();

    /// Makes the call, again when a signal interrupted it; messages name its subject.
    static long call(Syscall call, String subject, long... arguments) throws ErrnoException {
        long[] all = Arrays.copyOf(arguments, MOST_ARGUMENTS);
        // an interrupted close(2) has closed the descriptor, whose number may be another's by now
        long result =
                call == Syscall.CLOSE
                        ? Kernels.HERE.call(call.number(), all[0], 0, 0, 0, 0)
                        : tryCall(call.number(), all[0], all[1], all[2], all[3], all[4]);
        if (result < 0) {
            throw new ErrnoException(call, subject, (int) -result);
        }
        return result;
    }

    static Descriptor open(Syscall call, String subject, long... arguments) throws ErrnoException {
        return new Descriptor((int) call(call, subject, arguments));
    }

    /// Makes a call whose first argument is an open file, which messages name by its number.
    static long callOn(Descriptor file, Syscall call, long... arguments) throws ErrnoException {
        long[] all = new long[arguments.length + 1];
        all[0] = file.number();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return call(call, "descriptor " + file.number(), all);
    }

    /// Makes a call without a costly exception; returns minus errno when the kernel refused.
    static long tryCall(long number, long a, long b, long c, long d, long e) {
        long result;
        do {
            result = Kernels.HERE.call(number, a, b, c, d, e);
        } while (result == -EINTR);
        return result;
    }

    static void close(int descriptor) {
        Kernels.HERE.call(CLOSE, descriptor, 0, 0, 0, 0);
    }
}
