package dev.capdrop.linux.libc;

import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/// Quick calls of a JVM: the checks of the memory that [ForeignKernel#call] uses for errno cost
/// more than most calls do.
///
/// Instead, errno is looked up where libc keeps it for the thread. By then the JVM may have waited
/// for a garbage collection, which leaves an errno of its own; but that touches no file, so that an
/// error about a file comes from the call. After any other, [Native] makes the call once more. For
/// the thread that made this, which must be a platform thread, and for calls that can be made
/// twice.
final class ForeignQuickCall implements KernelPort.QuickCall {
    private static final MethodHandle SYSCALL = Links.handle("syscall");

    /// A handle in the other's shape, arguments ignored: a new one takes milliseconds to link.
    private static final MethodHandle ERRNO_LOCATION = Links.handle("__errno_location");

    private static final int ENODATA = Errno.ENODATA.number();
    private static final int EOPNOTSUPP = Errno.EOPNOTSUPP.number();
    private static final int ENOENT = Errno.ENOENT.number();
    private static final int ENOTDIR = Errno.ENOTDIR.number();
    private static final int ELOOP = Errno.ELOOP.number();
    private static final int EACCES = Errno.EACCES.number();

    private final ByteBuffer errno = errno();

    private static ByteBuffer errno() {
        try {
            long address = (long) ERRNO_LOCATION.invokeExact(0L, 0L, 0L, 0L, 0L, 0L);
            return Kernels.HERE.at(address, Integer.BYTES);
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }

    @Override
    public long call(long number, long a, long b, long c, long d, long e) {
        long result = once(number, a, b, c, d, e);
        if (result != -1) {
            return result;
        }
        int refusal = errno.getInt(0);
        return isAboutFiles(refusal) ? -refusal : Native.tryCall(number, a, b, c, d, e);
    }

    private static boolean isAboutFiles(int errno) {
        return errno == ENODATA
                || errno == EOPNOTSUPP
                || errno == ENOENT
                || errno == ENOTDIR
                || errno == ELOOP
                || errno == EACCES;
    }

    private static long once(long number, long a, long b, long c, long d, long e) {
        try {
            return (long) SYSCALL.invokeExact(number, a, b, c, d, e);
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }
}
