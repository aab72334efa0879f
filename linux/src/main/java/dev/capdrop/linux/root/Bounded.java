package dev.capdrop.linux.root;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads whole files whose size cannot be trusted.
public final class Bounded {
    private static final int FIRST = 8192;

    private Bounded() {}

    /// Reads all of `file`.
    ///
    /// @throws IOException when it holds more than `limit` bytes
    public static byte[] read(Descriptor file, String name, int limit) throws IOException {
        return read(file, name, limit, FIRST);
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
        long first = size == 0 ? FIRST : size + 1;
        byte[] buffer = new byte[(int) Math.min(first, limit + 1L)];
        int length = 0;
        while (true) {
            if (length > limit) {
                return null;
            }
            if (length == buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 4, limit + 1));
            }
            int count = Libc.read(file, buffer, length, buffer.length - length);
            if (count == 0) {
                return Arrays.copyOf(buffer, length);
            }
            length += count;
        }
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
