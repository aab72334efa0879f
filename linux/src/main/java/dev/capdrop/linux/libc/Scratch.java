package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A thread's memory for what goes into its next system call and comes out of it: to allocate that
/// anew for each would cost as much as most calls do.
final class Scratch {
    /// The room in [#buffer].
    static final int BUFFER_SIZE = 32768;

    private static final int PATH_SIZE = 4096;
    private static final int NAME_SIZE = 256;
    private static final int STRUCTURE_SIZE = 256;

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /// Where a call leaves its errno.
    final MemorySegment errno = allocate(Integer.BYTES);

    /// For a structure as long as `struct statx`.
    final MemorySegment structure = allocate(STRUCTURE_SIZE);

    final MemorySegment buffer = allocate(BUFFER_SIZE);
    private final MemorySegment path = allocate(PATH_SIZE);
    private final MemorySegment name = allocate(NAME_SIZE);

    private Scratch() {}

    private static MemorySegment allocate(int size) {
        return Arena.ofAuto().allocate(size, Long.BYTES);
    }

    /// That of the calling thread.
    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /// A path as a C string.
    ///
    /// @return its address
    long path(Syscall call, String text) throws ErrnoException {
        return string(call, text, path);
    }

    /// A name that goes into the same call as a path.
    ///
    /// @return its address
    long name(Syscall call, String text) throws ErrnoException {
        return string(call, text, name);
    }

    private static long string(Syscall call, String text, MemorySegment room)
            throws ErrnoException {
        byte[] bytes = text.getBytes(UTF_8);
        if (text.indexOf('\0') >= 0) {
            throw new ErrnoException(call, text, Errno.EINVAL.number());
        }
        if (bytes.length >= room.byteSize()) {
            throw new ErrnoException(call, text, Errno.ENAMETOOLONG.number());
        }
        MemorySegment.copy(bytes, 0, room, JAVA_BYTE, 0, bytes.length);
        room.set(JAVA_BYTE, bytes.length, (byte) 0);
        return room.address();
    }
}
