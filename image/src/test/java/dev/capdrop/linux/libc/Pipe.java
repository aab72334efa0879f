package dev.capdrop.linux.libc;

import org.jspecify.annotations.NullMarked;

/// The two ends of a pipe ([pipe2(2)](https://man7.org/linux/man-pages/man2/pipe.2.html)).
@NullMarked
record Pipe(Descriptor readEnd, Descriptor writeEnd) implements AutoCloseable {
    static Pipe open() throws ErrnoException {
        Memory ends = Scratch.ofThread().structure;
        Native.call(Syscall.PIPE2, "a pipe", ends.address(), Libc.O_CLOEXEC);
        return new Pipe(new Descriptor(ends.getInt(0)), new Descriptor(ends.getInt(4)));
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
