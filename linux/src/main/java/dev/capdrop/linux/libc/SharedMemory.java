package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A file's memory, shared with the kernel (mmap(2), MAP_SHARED), until it is closed.
public final class SharedMemory implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;

    /// Of libc, since the system call has one argument more than [Native] passes on.
    private static final MethodHandle MMAP =
            Links.handle("mmap", Linker.Option.captureCallState("errno"));

    private static final long FAILED = -1;

    /// Of libc, which knows it from the kernel.
    private static final MethodHandle GETPAGESIZE = Links.handle("getpagesize");

    /// Who touches the memory once it is closed gets an exception, and not a signal that ends the
    /// whole process; while another thread is about to touch it, it cannot be closed.
    private final Arena arena;

    private final MemorySegment segment;

    private SharedMemory(Arena arena, MemorySegment segment) {
        this.arena = arena;
        this.segment = segment;
    }

    /// Maps the beginning of a file, to be read and written.
    ///
    /// @param size in bytes, a multiple of the page's size
    /// @throws ErrnoException where the kernel refuses; EPERM where the memory of
    ///   perf_event_open(2) is used up that a user may lock
    @SuppressWarnings({"restricted", "MustBeClosedChecker"})
    public static SharedMemory map(Descriptor file, long size) throws ErrnoException {
        MemorySegment errno = Scratch.ofThread().errno;
        long address = mmap(errno, size, file.number());
        if (address == FAILED) {
            throw new ErrnoException(Syscall.MMAP, file.path(), errno.get(JAVA_INT, 0));
        }
        Arena arena = Arena.ofShared();
        return new SharedMemory(
                arena,
                MemorySegment.ofAddress(address).reinterpret(size, arena, SharedMemory::unmap));
    }

    /// [getpagesize(2)](https://man7.org/linux/man-pages/man2/getpagesize.2.html), in bytes.
    public static int pageSize() {
        try {
            // an int: what the upper half of the register holds is nobody's
            return (int) (long) GETPAGESIZE.invokeExact(0L, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }

    private static long mmap(MemorySegment errno, long size, int descriptor) {
        try {
            return (long)
                    MMAP.invokeExact(
                            errno,
                            0L,
                            size,
                            (long) (PROT_READ | PROT_WRITE),
                            (long) MAP_SHARED,
                            (long) descriptor,
                            0L);
        } catch (Throwable impossible) {
            throw Links.unchecked(impossible);
        }
    }

    /// A part of the memory, in the order of this machine; not to be touched once this is closed.
    ///
    /// @param offset where it begins, in bytes
    /// @param size how long it is, in bytes
    public ByteBuffer bytes(long offset, int size) {
        return segment.asSlice(offset, size).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        arena.close();
    }

    private static void unmap(MemorySegment segment) {
        try {
            Native.call(
                    Syscall.MUNMAP,
                    "shared memory",
                    segment.address(),
                    segment.byteSize(),
                    0,
                    0,
                    0);
        } catch (ErrnoException alreadyGone) {
            throw new IllegalStateException(alreadyGone);
        }
    }
}
