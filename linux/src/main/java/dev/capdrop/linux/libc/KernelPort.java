package dev.capdrop.linux.libc;

import java.nio.ByteBuffer;

/// The way from Java to the kernel, one for each kind of program: [ForeignKernel] in a JVM,
/// `ImageKernel` in an image compiled ahead of time.
interface KernelPort {
    /// Makes a system call, once, and returns its result, or minus errno. The thread may be in it
    /// for ever; the garbage collector does not wait for it.
    long call(long number, long a, long b, long c, long d, long e);

    /// Returns the quick calls of the calling thread, which must be a platform thread.
    QuickCall quick();

    /// Calls mmap(2) from the file's beginning; returns the address, or minus errno.
    long map(long size, int protection, int flags, int descriptor);

    /// Calls connect(2) in a child, which has this process's descriptors and ends with the call.
    ///
    /// @return 0, or minus errno
    long connectInChild(int socket, long address, int size);

    int pageSize();

    String encoding();

    Memory allocate(int size);

    /// Allocates this many zeroed bytes for as long as somebody holds them.
    Memory allocateForThread(int size);

    /// Returns memory at an address, in the order of this machine; to touch it when it is gone ends
    /// the process.
    ByteBuffer at(long address, int size);

    /// System calls that are made by the hundred thousand, with results as [#call] has them. The
    /// garbage collector may have to wait for one.
    interface QuickCall {
        long call(long number, long a, long b, long c, long d, long e);
    }
}
