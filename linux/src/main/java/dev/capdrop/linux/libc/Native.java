package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The one native function, syscall(2). Loaded at the first call, which costs some 35 ms.
final class Native {
    private static final MethodHandle SYSCALL = bind();

    private Native() {}

    @SuppressWarnings("restricted")
    private static MethodHandle bind() {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol =
                linker.defaultLookup()
                        .find("syscall")
                        .orElseThrow(() ->
                                new UnsupportedOperationException(
                                        "libc has no syscall(2); capdrop needs glibc or"
                                                + " musl on Linux"));
        FunctionDescriptor shape =
                FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                        JAVA_LONG);
        return linker.downcallHandle(
                symbol,
                shape,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    /// Makes the call, again when a signal interrupted it.
    ///
    /// @param subject what the call is about, for the message
    static long call(Syscall call, String subject, long a, long b, long c, long d, long e)
            throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(JAVA_INT);
            long number = call.number();
            while (true) {
                long result = invoke(errno, number, a, b, c, d, e);
                if (result != -1) {
                    return result;
                }
                int raw = errno.get(JAVA_INT, 0);
                if (Errno.of(raw) != Errno.EINTR || call == Syscall.CLOSE) {
                    throw new ErrnoException(call, subject, raw);
                }
            }
        }
    }

    private static long invoke(
            MemorySegment errno, long number, long a, long b, long c, long d, long e) {
        try {
            return (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable checked) {
            throw new AssertionError("a native call throws nothing", checked);
        }
    }
}
