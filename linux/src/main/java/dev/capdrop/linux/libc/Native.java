package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The native function that makes all calls, syscall(2). Loaded at the first call, which costs some
/// 25 ms.
final class Native {
    private static final MethodHandle SYSCALL = link();
    private static final int EINTR = Errno.EINTR.number();

    private Native() {}

    private static MethodHandle link() {
        return Links.handle("syscall", Linker.Option.captureCallState("errno"));
    }

    /// Makes a call that does nothing.
    static void rehearse() {
        tryCall(Scratch.ofThread().errno, Syscall.CLOSE.number(), -1, 0, 0, 0, 0);
    }

    /// Makes the call, again when a signal interrupted it.
    ///
    /// @param subject what the call is about, for the message
    static long call(Syscall call, String subject, long a, long b, long c, long d, long e)
            throws ErrnoException {
        MemorySegment errno = Scratch.ofThread().errno;
        // what close(2) was interrupted in is closed all the same, and may be another's by now
        long result =
                call == Syscall.CLOSE
                        ? once(errno, call.number(), a, b, c, d, e)
                        : tryCall(errno, call.number(), a, b, c, d, e);
        if (result < 0) {
            throw new ErrnoException(call, subject, (int) -result);
        }
        return result;
    }

    /// The same for who makes it by the hundred thousand: an exception would cost more than most
    /// calls.
    ///
    /// @param errno room for an int
    /// @return what the kernel returned; minus errno when it refused
    static long tryCall(MemorySegment errno, long number, long a, long b, long c, long d, long e) {
        long result;
        do {
            result = once(errno, number, a, b, c, d, e);
        } while (result == -EINTR);
        return result;
    }

    private static long once(
            MemorySegment errno, long number, long a, long b, long c, long d, long e) {
        long result = invoke(errno, number, a, b, c, d, e);
        return result == -1 ? -errno.get(JAVA_INT, 0) : result;
    }

    private static long invoke(
            MemorySegment errno, long number, long a, long b, long c, long d, long e) {
        try {
            return (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e);
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }
}
