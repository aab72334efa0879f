package dev.capdrop.linux.libc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.graalvm.nativeimage.UnmanagedMemory;
import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.function.CFunction.Transition;
import org.graalvm.nativeimage.c.type.CCharPointer;
import org.graalvm.nativeimage.c.type.CTypeConversion;
import org.graalvm.word.PointerBase;
import org.graalvm.word.WordFactory;
import org.jspecify.annotations.NullMarked;

/// The [KernelPort] of a native image: the same functions of libc, called as C calls them.
///
/// [Kernels] looks it up when the image is built. What may be refused leads to C functions of ours
/// (`capdrop_syscall.c`), which return errno with its sign turned.
@NullMarked
final class ImageKernel implements KernelPort {
    private static final int LC_CTYPE = 0;
    private static final int CODESET = 14;

    ImageKernel() {}

    @CFunction(value = "capdrop_syscall", transition = Transition.TO_NATIVE)
    private static native long syscall(long number, long a, long b, long c, long d, long e, long f);

    /// Makes a call that keeps a garbage collection waiting.
    @CFunction(value = "capdrop_syscall", transition = Transition.NO_TRANSITION)
    private static native long quickSyscall(
            long number, long a, long b, long c, long d, long e, long f);

    @CFunction(value = "capdrop_connect_in_child", transition = Transition.TO_NATIVE)
    private static native long connectByChild(long socket, long address, long size);

    @CFunction(value = "nl_langinfo", transition = Transition.NO_TRANSITION)
    private static native CCharPointer langinfo(int item);

    @CFunction(value = "setlocale", transition = Transition.NO_TRANSITION)
    private static native CCharPointer setlocale(int category, CCharPointer locale);

    @CFunction(value = "getpagesize", transition = Transition.NO_TRANSITION)
    private static native int getpagesize();

    @Override
    public long call(long number, long a, long b, long c, long d, long e) {
        return syscall(number, a, b, c, d, e, 0);
    }

    @Override
    public QuickCall quick() {
        return (number, a, b, c, d, e) -> quickSyscall(number, a, b, c, d, e, 0);
    }

    @Override
    public long connectInChild(int socket, long address, int size) {
        return connectByChild(socket, address, size);
    }

    @Override
    public long map(long size, int protection, int flags, int descriptor) {
        return syscall(Syscall.MMAP.number(), 0, size, protection, flags, descriptor, 0);
    }

    /// {@inheritDoc}
    ///
    /// CODESET of nl_langinfo(3): the properties of an image have the encoding of the machine that
    /// built it.
    @Override
    public String encoding() {
        try (CTypeConversion.CCharPointerHolder own = CTypeConversion.toCString("")) {
            setlocale(LC_CTYPE, own.get());
        }
        return CTypeConversion.toJavaString(langinfo(CODESET));
    }

    @Override
    public int pageSize() {
        return getpagesize();
    }

    @Override
    public Memory allocate(int size) {
        long address = zeroed(size);
        return new Memory(at(address, size), address, () -> free(address));
    }

    @Override
    public Memory allocateForThread(int size) {
        long address = zeroed(size);
        Memory memory = new Memory(at(address, size), address, () -> {});
        Abandoned.free(memory, address);
        return memory;
    }

    /// Allocates at least a byte: of none, calloc(3) may say that there is no memory.
    private static long zeroed(int size) {
        PointerBase start = UnmanagedMemory.calloc(Math.max(size, 1));
        return start.rawValue();
    }

    static void free(long address) {
        UnmanagedMemory.free(WordFactory.pointer(address));
    }

    @Override
    public ByteBuffer at(long address, int size) {
        return CTypeConversion.asByteBuffer(WordFactory.pointer(address), size)
                .order(ByteOrder.nativeOrder());
    }
}
