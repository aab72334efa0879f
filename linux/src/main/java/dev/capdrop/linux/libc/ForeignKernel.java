package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The [KernelPort] of a JVM: functions of libc, through `java.lang.foreign`.
final class ForeignKernel implements KernelPort {
    private static final MethodHandle SYSCALL =
            Links.handle("syscall", Linker.Option.captureCallState("errno"));

    private static final ThreadLocal<MemorySegment> ERRNO =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(JAVA_INT));

    /// Functions that are needed only where memory is shared, and linked there.
    private static final class Mapping {
        private static final MethodHandle MMAP =
                Links.handle("mmap", Linker.Option.captureCallState("errno"));
        private static final MethodHandle GETPAGESIZE = Links.handle("getpagesize");
    }

    @Override
    public long call(long number, long a, long b, long c, long d, long e) {
        MemorySegment errno = ERRNO.get();
        try {
            long result = (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e);
            return result == -1 ? -errno.get(JAVA_INT, 0) : result;
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }

    @Override
    public QuickCall quick() {
        return new ForeignQuickCall();
    }

    @Override
    public long map(long size, int protection, int flags, int descriptor) {
        MemorySegment errno = ERRNO.get();
        try {
            long result =
                    (long)
                            Mapping.MMAP.invokeExact(
                                    errno,
                                    0L,
                                    size,
                                    (long) protection,
                                    (long) flags,
                                    (long) descriptor,
                                    0L);
            return result == -1 ? -errno.get(JAVA_INT, 0) : result;
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }

    @Override
    public int pageSize() {
        try {
            // an int: the upper half of the register is undefined
            return (int) (long) Mapping.GETPAGESIZE.invokeExact(0L, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }

    @Override
    public String encoding() {
        return System.getProperty("native.encoding", "US-ASCII");
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker")
    public Memory allocate(int size) {
        Arena arena = Arena.ofConfined();
        return memory(arena, size, arena::close);
    }

    @Override
    public Memory allocateForThread(int size) {
        return memory(Arena.ofAuto(), size, () -> {});
    }

    private static Memory memory(Arena arena, int size, Runnable free) {
        MemorySegment segment = arena.allocate(size, Long.BYTES);
        ByteBuffer bytes = segment.asByteBuffer().order(ByteOrder.nativeOrder());
        return new Memory(bytes, segment.address(), free);
    }

    @Override
    @SuppressWarnings("restricted")
    public ByteBuffer at(long address, int size) {
        return MemorySegment.ofAddress(address)
                .reinterpret(size)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }
}
