package dev.capdrop.linux.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A piece of native memory, looked into through a buffer: to get ready for the first look through
/// a MemorySegment takes milliseconds.
///
/// @param bytes its content, in the order of this machine; good for as long as the arena is
/// @param address where it lies
record Memory(ByteBuffer bytes, long address) {
    /// @param size in bytes
    static Memory in(Arena arena, int size) {
        MemorySegment segment = arena.allocate(size, Long.BYTES);
        return new Memory(segment.asByteBuffer().order(ByteOrder.nativeOrder()), segment.address());
    }

    /// Writes these bytes at an offset.
    void write(int offset, byte[] source) {
        bytes.put(offset, source);
    }

    /// Writes these bytes at an offset, and a NUL behind them.
    void writeText(int offset, byte[] source) {
        bytes.put(offset, source);
        bytes.put(offset + source.length, (byte) 0);
    }
}
