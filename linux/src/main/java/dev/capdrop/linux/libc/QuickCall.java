package dev.capdrop.linux.libc;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// System calls for who makes them by the hundred thousand: [Native] takes along a piece of memory
/// in which each call leaves its errno, and the checks of that cost more than most calls do.
///
/// Instead, errno is looked up where libc keeps it for the thread. The JVM may have changed it
/// since, so that it only settles whether a call failed for want of an attribute, which is no error
/// that the JVM's own calls end in. What else a call fails with, [Native] learns by making it once
/// more: not for calls that must not be made twice. For the thread that made this, which must be a
/// platform thread.
final class QuickCall {
    private static final MethodHandle SYSCALL = link("syscall");

    /// In the shape of the other, whose arguments it does not look at: one more shape would take
    /// milliseconds to link.
    private static final MethodHandle ERRNO_LOCATION = link("__errno_location");

    private static final int ENODATA = Errno.ENODATA.number();
    private static final int EOPNOTSUPP = Errno.EOPNOTSUPP.number();

    private final ByteBuffer errno = errno();

    private static MethodHandle link(String function) {
        return Links.handle(function, Linker.Option.firstVariadicArg(1));
    }

    @SuppressWarnings("restricted")
    private static ByteBuffer errno() {
        try {
            return MemorySegment.ofAddress(
                            (long) ERRNO_LOCATION.invokeExact(0L, 0L, 0L, 0L, 0L, 0L))
                    .reinterpret(Integer.BYTES)
                    .asByteBuffer()
                    .order(ByteOrder.nativeOrder());
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }

    /// Makes the call.
    ///
    /// @return what the kernel returned; -1 when it refused
    static long call(long number, long a, long b, long c, long d, long e) {
        try {
            return (long) SYSCALL.invokeExact(number, a, b, c, d, e);
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }

    /// Whether the last call, which was refused, failed because the file has no such attribute, or
    /// its file system knows none.
    boolean wasForWantOfAnAttribute() {
        int number = errno.getInt(0);
        return number == ENODATA || number == EOPNOTSUPP;
    }
}
