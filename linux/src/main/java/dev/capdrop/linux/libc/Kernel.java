package dev.capdrop.linux.libc;

/// The way from Java to the kernel, one for each kind of program: [ForeignKernel] where a JVM runs
/// it, `ImageKernel` where it was compiled ahead of time.
interface Kernel {
    /// Links what is linked at the first call otherwise.
    void rehearse();

    /// Makes a system call, once.
    ///
    /// @return what the kernel returned; minus errno when it refused
    long call(long number, long a, long b, long c, long d, long e);

    /// For the calling thread, which must be a platform thread.
    QuickCall quick();

    /// mmap(2), which has an argument more than the others: from the file's beginning.
    ///
    /// @return the address; minus errno when the kernel refused
    long map(long size, int protection, int flags, int descriptor);

    /// getpagesize(2).
    int pageSize();

    /// The name of the locale's encoding.
    String encoding();

    /// Memory that is there until it is closed.
    ///
    /// @param size in bytes
    Memory allocate(int size);

    /// Memory of the calling thread, that is there for as long as it is in use.
    ///
    /// @param size in bytes
    Memory allocateForThread(int size);

    /// Memory that is there already, of which `unmap` lets go once.
    MappedMemory mapped(long address, long size, Runnable unmap);

    /// System calls for who makes them by the hundred thousand, and that can be made twice.
    interface QuickCall {
        /// Makes the call.
        ///
        /// @return what the kernel returned; minus errno when it refused
        long call(long number, long a, long b, long c, long d, long e);
    }

    /// Memory that the kernel shares with this program.
    interface MappedMemory extends AutoCloseable {
        java.nio.ByteBuffer bytes(long offset, int size);

        @Override
        void close();
    }
}
