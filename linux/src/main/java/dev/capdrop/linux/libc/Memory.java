package dev.capdrop.linux.libc;

import module java.base;

/// A piece of native memory, accessed through a buffer: the first look through a MemorySegment
/// takes milliseconds to prepare. Using it once it is closed throws.
final class Memory implements AutoCloseable {
    private final ByteBuffer bytes;
    private final long address;
    private final Runnable free;
    private boolean closed;

    Memory(ByteBuffer bytes, long address, Runnable free) {
        this.bytes = bytes;
        this.address = address;
        this.free = free;
    }

    static Memory of(int size) {
        return Kernels.HERE.allocate(size);
    }

    static Memory of(Syscall call, String text) throws ErrnoException {
        byte[] name = checked(call, text);
        Memory memory = of(name.length + 1);
        memory.writeText(0, name);
        return memory;
    }

    static byte[] checked(Syscall call, String text) throws ErrnoException {
        if (text.indexOf('\0') >= 0) {
            throw new ErrnoException(call, text, ErrnoException.Errno.EINVAL.number());
        }
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    ByteBuffer bytes() {
        requireOpen();
        return bytes;
    }

    long address() {
        requireOpen();
        return address;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this memory is closed");
        }
    }

    int size() {
        return bytes.capacity();
    }

    short getShort(int offset) {
        return bytes().getShort(offset);
    }

    int getInt(int offset) {
        return bytes().getInt(offset);
    }

    long getLong(int offset) {
        return bytes().getLong(offset);
    }

    Memory putShort(int offset, int value) {
        bytes().putShort(offset, (short) value);
        return this;
    }

    Memory putInt(int offset, int value) {
        bytes().putInt(offset, value);
        return this;
    }

    Memory putLong(int offset, long value) {
        bytes().putLong(offset, value);
        return this;
    }

    byte[] read(long length) {
        byte[] copy = new byte[(int) length];
        bytes().get(0, copy);
        return copy;
    }

    long[] readLongs(long count) {
        long[] copy = new long[(int) count];
        Arrays.setAll(copy, i -> bytes().getLong(i * Long.BYTES));
        return copy;
    }

    void write(int offset, byte[] source) {
        bytes().put(offset, source);
    }

    void writeText(int offset, byte[] source) {
        bytes().put(offset, source);
        bytes().put(offset + source.length, (byte) 0);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            free.run();
        }
    }
}
