package dev.capdrop.linux.root;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads whole files whose size cannot be trusted.
public final class Bounded {
    private Bounded() {}

    /// Reads all of `file`.
    ///
    /// @throws IOException when it holds more than `limit` bytes
    public static byte[] read(Descriptor file, String name, int limit) throws IOException {
        return read(file, name, limit, 0);
    }

    /// Reads all of a file of this stated size, which in /proc and /sys is 0, or too much.
    static byte[] read(Descriptor file, String name, int limit, long size) throws IOException {
        byte[] bytes = readOrNothing(file, limit, size);
        if (bytes == null) {
            throw tooLarge(name, limit);
        }
        return bytes;
    }

    /// Reads all of a file of this stated size; null when it holds more than `limit` bytes.
    public static byte @Nullable [] readOrNothing(Descriptor file, int limit, long size)
            throws IOException {
        byte[] buffer = {};
        int length = 0;
        while (length <= limit) {
            byte[] more = Libc.read(file, limit + 1 - length);
            if (more.length == 0) {
                return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
            }
            if (length == 0) {
                // Most files of /proc and /sys are as short as what is read at once.
                buffer = more;
            } else {
                buffer = withRoom(buffer, length + more.length, limit, size);
                System.arraycopy(more, 0, buffer, length, more.length);
            }
            length += more.length;
        }
        return null;
    }

    private static byte[] withRoom(byte[] buffer, int length, int limit, long size) {
        long grown = Math.min(Math.max(buffer.length * 4L, size), limit + 1L);
        return length <= buffer.length ? buffer : Arrays.copyOf(buffer, (int) grown);
    }

    /// Reads at most `most` first bytes of a file.
    public static byte[] beginning(Descriptor file, int most) throws IOException {
        byte[] buffer = new byte[most];
        int length = 0;
        int count = -1;
        while (count != 0 && length < most) {
            count = Libc.read(file, buffer, length, most - length);
            length += count;
        }
        return Arrays.copyOf(buffer, length);
    }

    static IOException tooLarge(String name, int limit) {
        return new IOException("'" + name + "' is larger than " + limit + " bytes");
    }
}
