package dev.capdrop.linux.libc;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/// A file's memory, shared with the kernel (mmap(2), MAP_SHARED), until it is closed; closing it
/// twice is harmless.
///
/// Touching it once it is closed would end the process by SIGSEGV. So it is touched in looks alone:
/// they begin only while it is open, and closing waits for the end of one.
public final class SharedMemory implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;

    private final long address;
    private final long size;
    private boolean looking;
    private boolean closed;

    private SharedMemory(long address, long size) {
        this.address = address;
        this.size = size;
    }

    /// Maps the beginning of a file, to be read and written.
    ///
    /// @param size in bytes, a multiple of the page's size
    /// @throws ErrnoException where the kernel refuses; EPERM where the memory of
    ///   perf_event_open(2) is used up that a user may lock
    public static SharedMemory map(Descriptor file, long size) throws ErrnoException {
        long address = Kernels.HERE.map(size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number());
        if (address < 0) {
            throw new ErrnoException(Syscall.MMAP, file.path(), (int) -address);
        }
        return new SharedMemory(address, size);
    }

    /// Calls [getpagesize(2)](https://man7.org/linux/man-pages/man2/getpagesize.2.html), in bytes.
    public static int pageSize() {
        return Kernels.HERE.pageSize();
    }

    /// Returns a part of the memory, in the order of this machine, to be touched only in a
    /// [#look(BooleanSupplier)].
    ///
    /// @param offset in bytes
    /// @param length in bytes
    public synchronized ByteBuffer bytes(long offset, int length) {
        requireOpen();
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new IndexOutOfBoundsException(
                    "%d bytes from %d on, of %d".formatted(length, offset, size));
        }
        return Kernels.HERE.at(address + offset, length);
    }

    /// Runs a look that reads or writes the memory; one thread at a time.
    ///
    /// @return the result of the look
    /// @throws IllegalStateException when it is closed
    public synchronized boolean look(BooleanSupplier look) {
        requireOpen();
        looking = true;
        try {
            return look.getAsBoolean();
        } finally {
            looking = false;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this memory is shared no more");
        }
    }

    /// Closes it, after a look of another thread.
    ///
    /// @throws IllegalStateException in a look of the calling thread
    @Override
    public synchronized void close() {
        if (looking) {
            throw new IllegalStateException("this memory is looked into");
        }
        if (!closed) {
            closed = true;
            unmap();
        }
    }

    private void unmap() {
        try {
            Native.call(Syscall.MUNMAP, "shared memory", address, size);
        } catch (ErrnoException alreadyGone) {
            throw new IllegalStateException(alreadyGone);
        }
    }
}
