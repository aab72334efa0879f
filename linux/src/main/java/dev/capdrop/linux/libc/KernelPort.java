package dev.capdrop.linux.libc;

import java.nio.ByteBuffer;

/// The way from Java to the kernel, one for each kind of program: [ForeignKernel] where a JVM runs
/// it, `ImageKernel` where it was compiled ahead of time.
interface KernelPort {
    /// Makes a system call, once. The thread may be in it for ever; the collector of garbage does
    /// not wait for it.
    ///
    /// @return what the kernel returned; minus errno when it refused
    long call(long number, long a, long b, long c, long d, long e);

    /// Calls of the calling thread, which must be a platform thread.
    QuickCall quick();

    /// Makes the call mmap(2), which has an argument more than the others: from the file's
    /// beginning.
    ///
    /// @return the address; minus errno when the kernel refused
    long map(long size, int protection, int flags, int descriptor);

    /// The page's size, as getpagesize(2) has it.
    int pageSize();

    /// The name of the locale's encoding.
    String encoding();

    /// Memory that is there until it is closed, by the thread that asked for it.
    ///
    /// @param size in bytes; they are 0
    Memory allocate(int size);

    /// Memory that is there for as long as somebody holds it, as a thread does what is its own.
    ///
    /// @param size in bytes; they are 0
    Memory allocateForThread(int size);

    /// Memory that is there already, in the order of this machine. Nobody keeps who holds this from
    /// touching it when it is there no more, which ends the process.
    ByteBuffer at(long address, int size);

    /// System calls for who makes them by the hundred thousand, and that can be made twice. The
    /// collector of garbage may have to wait for one.
    interface QuickCall {
        /// Makes the call.
        ///
        /// @return what the kernel returned; minus errno when it refused
        long call(long number, long a, long b, long c, long d, long e);
    }
}
