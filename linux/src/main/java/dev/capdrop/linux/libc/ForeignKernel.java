package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import module java.base;

/// The [KernelPort] of a JVM: functions of libc, through `java.lang.foreign`.
final class ForeignKernel implements KernelPort {
    /// The shape of syscall(2), which all handles have: each other shape, or a variadic one, which
    /// takes numbers from the same places, would take milliseconds to link.
    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle SYSCALL =
            handle("syscall", Linker.Option.captureCallState("errno"));

    private static final ThreadLocal<MemorySegment> ERRNO =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(JAVA_INT));

    private static final class Mapping {
        private static final MethodHandle MMAP =
                handle("mmap", Linker.Option.captureCallState("errno"));
        private static final MethodHandle GETPAGESIZE = handle("getpagesize");
    }

    @SuppressWarnings("restricted")
    static MethodHandle handle(String function, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(symbol(function), SHAPE, options);
    }

    private static MemorySegment symbol(String function) {
        return Linker.nativeLinker()
                .defaultLookup()
                .find(function)
                .orElseThrow(() -> absence(function));
    }

    private static UnsupportedOperationException absence(String function) {
        return new UnsupportedOperationException(
                "libc has no " + function + "(); capdrop needs glibc or musl on Linux");
    }

    static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception
                ? exception
                : new IllegalStateException("a native call throws nothing", thrown);
    }

    /// Functions that make a child, linked where one is wanted.
    private static final class Child {
        static final MethodHandle CLONE = handle("clone", Linker.Option.captureCallState("errno"));
        private static final MethodHandle GETCONTEXT = handle("getcontext");
        private static final MethodHandle MAKECONTEXT = handle("makecontext");

        /// CLONE_VM, CLONE_FILES and CLONE_VFORK of clone(2).
        static final long FLAGS = 0x100 | 0x400 | 0x4000;

        /// __WALL of wait(2): children that send no signal when they end, too.
        static final long WALL = 0x40000000;

        static final long STACK = 65536;

        /// At least that of a `ucontext_t`, 4560 bytes on aarch64.
        private static final long CONTEXT = 8192;

        static MemorySegment stack(Arena arena) {
            return arena.allocate(STACK, 16);
        }

        /// Makes the context of a function's call, which is followed by another.
        static MemorySegment context(
                Arena arena, MemorySegment next, String function, long a, long b, long c)
                throws Throwable {
            MemorySegment context = arena.allocate(CONTEXT, 16);
            var _ = (long) GETCONTEXT.invokeExact(context.address(), 0L, 0L, 0L, 0L, 0L);
            context.set(JAVA_LONG, 8, next.address());
            context.set(JAVA_LONG, 16, stack(arena).address());
            context.set(JAVA_LONG, 32, STACK);
            var _ =
                    (long)
                            MAKECONTEXT.invokeExact(
                                    context.address(), symbol(function).address(), 3L, a, b, c);
            return context;
        }
    }

    @Override
    public long call(long number, long a, long b, long c, long d, long e) {
        MemorySegment errno = ERRNO.get();
        try {
            long result = (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e);
            return result == -1 ? -errno.get(JAVA_INT, 0) : result;
        } catch (Throwable impossible) {
            throw unchecked(impossible);
        }
    }

    @Override
    public QuickCall quick() {
        return Native::tryCall;
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
            throw unchecked(impossible);
        }
    }

    /// {@inheritDoc}
    ///
    /// No Java runs in the child. As clone(2) lets it begin with a function of one argument, that
    /// is setcontext(3), whose argument says to call connect(2), and then _exit(2). It runs in our
    /// memory; until it has ended, this thread stands still (CLONE_VFORK).
    @Override
    public long connectInChild(int socket, long address, int size) {
        MemorySegment errno = ERRNO.get();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment last = Child.context(arena, MemorySegment.NULL, "_exit", 0, 0, 0);
            MemorySegment first = Child.context(arena, last, "connect", socket, address, size);
            long stack = Child.stack(arena).address() + Child.STACK;
            long start = symbol("setcontext").address();
            int child =
                    (int)
                            (long)
                                    Child.CLONE.invokeExact(
                                            errno,
                                            start,
                                            stack,
                                            Child.FLAGS,
                                            first.address(),
                                            0L,
                                            0L);
            // of connect(2) where it was refused: who begins with the child's memory has its errno
            long refused = -errno.get(JAVA_INT, 0);
            if (child < 0) {
                return refused;
            }
            call(Syscall.WAIT4.number(), child, 0, Child.WALL, 0, 0);
            MemorySegment peer = arena.allocate(JAVA_INT, 28);
            MemorySegment length = arena.allocateFrom(JAVA_INT, 28 * Integer.BYTES);
            long connected =
                    call(
                            Syscall.GETPEERNAME.number(),
                            socket,
                            peer.address(),
                            length.address(),
                            0,
                            0);
            return connected == 0 ? 0 : refused;
        } catch (Throwable impossible) {
            throw unchecked(impossible);
        }
    }

    @Override
    public int pageSize() {
        try {
            // an int: the upper half of the register is undefined
            return (int) (long) Mapping.GETPAGESIZE.invokeExact(0L, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable impossible) {
            throw unchecked(impossible);
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
