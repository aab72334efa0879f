package dev.capdrop.core.observe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A path as the kernel has it: any bytes but NUL (path_resolution(7)), by which it is ordered.
public final class RawPath implements Comparable<RawPath> {
    /// The empty path; a path below it is that path.
    public static final RawPath EMPTY = new RawPath(new byte[0]);

    private final byte[] bytes;

    private RawPath(byte[] bytes) {
        this.bytes = bytes;
    }

    public static RawPath of(byte[] bytes) {
        return new RawPath(bytes.clone());
    }

    /// Returns the path of a name, or of several with slashes between them, in this directory.
    public RawPath below(RawPath relative) {
        if (relative.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return relative;
        }
        int slash = bytes[bytes.length - 1] == '/' ? 0 : 1;
        byte[] whole = Arrays.copyOf(bytes, bytes.length + slash + relative.bytes.length);
        whole[bytes.length + slash - 1] = '/';
        System.arraycopy(relative.bytes, 0, whole, bytes.length + slash, relative.bytes.length);
        return new RawPath(whole);
    }

    boolean isEmpty() {
        return bytes.length == 0;
    }

    int length() {
        return bytes.length;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public int compareTo(RawPath other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RawPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// Returns a character for each byte, for debugging.
    @Override
    public String toString() {
        return new String(bytes, ISO_8859_1);
    }
}
