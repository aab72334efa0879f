package dev.capdrop.linux.libc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A file's memory, shared with the kernel (mmap(2), MAP_SHARED), until it is closed.
public final class SharedMemory implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;

    private final Kernel.MappedMemory memory;

    private SharedMemory(Kernel.MappedMemory memory) {
        this.memory = memory;
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
        return new SharedMemory(Kernels.HERE.mapped(address, size, () -> unmap(address, size)));
    }

    /// [getpagesize(2)](https://man7.org/linux/man-pages/man2/getpagesize.2.html), in bytes.
    public static int pageSize() {
        return Kernels.HERE.pageSize();
    }

    /// A part of the memory, in the order of this machine; not to be touched once this is closed.
    ///
    /// @param offset where it begins, in bytes
    /// @param size how long it is, in bytes
    public ByteBuffer bytes(long offset, int size) {
        return memory.bytes(offset, size).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        memory.close();
    }

    private static void unmap(long address, long size) {
        try {
            Native.call(Syscall.MUNMAP, "shared memory", address, size, 0, 0, 0);
        } catch (ErrnoException alreadyGone) {
            throw new IllegalStateException(alreadyGone);
        }
    }
}
