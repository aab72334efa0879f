package dev.capdrop.linux.root;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.util.Arrays;

/// Reading a whole file whose size is not to be believed.
public final class Bounded {
    private static final int FIRST = 8192;

    private Bounded() {}

    /// All that `file` holds.
    ///
    /// @param name for the message
    /// @throws IOException when that is more than `limit` bytes
    public static byte[] read(Descriptor file, String name, int limit) throws IOException {
        byte[] buffer = new byte[Math.min(FIRST, limit + 1)];
        int length = 0;
        while (true) {
            if (length > limit) {
                throw tooLarge(name, limit);
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

    static IOException tooLarge(String name, int limit) {
        return new IOException("'" + name + "' is larger than " + limit + " bytes");
    }
}
