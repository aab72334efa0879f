package dev.capdrop.linux.libc;

final class Scratch {
    static final int BUFFER_SIZE = 32768;
    private static final int PATH_SIZE = 4096;
    private static final int NAME_SIZE = 256;
    private static final int STRUCTURE_SIZE = 256;
    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /// The room for a structure as long as `struct statx`.
    final Memory structure = allocate(STRUCTURE_SIZE);

    final Memory buffer = allocate(BUFFER_SIZE);
    private final Memory path = allocate(PATH_SIZE);
    private final Memory name = allocate(NAME_SIZE);

    private static Memory allocate(int size) {
        return Kernels.HERE.allocateForThread(size);
    }

    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    long path(Syscall call, String text) throws ErrnoException {
        return string(call, text, path);
    }

    long name(Syscall call, String text) throws ErrnoException {
        return string(call, text, name);
    }

    private static long string(Syscall call, String text, Memory room) throws ErrnoException {
        byte[] bytes = Memory.checked(call, text);
        if (bytes.length >= room.size()) {
            throw new ErrnoException(call, text, ErrnoException.Errno.ENAMETOOLONG.number());
        }
        room.writeText(0, bytes);
        return room.address();
    }
}
