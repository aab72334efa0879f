package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Writes what our calls consist of, the least byte of a number first.
///
/// Source: D-Bus specification, "Marshaling (Wire Format)".
final class WireWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void octet(int value) {
        out.write(value);
    }

    /// A number of 32 bits without a sign.
    void number(long value) {
        align(Integer.BYTES);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write((int) (value >> shift));
        }
    }

    /// A text, or the path of an object.
    void text(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        number(bytes.length);
        out.writeBytes(bytes);
        out.write(0);
    }

    void signature(String signature) {
        byte[] bytes = signature.getBytes(UTF_8);
        out.write(bytes.length);
        out.writeBytes(bytes);
        out.write(0);
    }

    void align(int boundary) {
        while (out.size() % boundary != 0) {
            out.write(0);
        }
    }

    /// What another one has written, which began at a boundary of 8 bytes.
    void append(WireWriter part) {
        align(Long.BYTES);
        out.writeBytes(part.bytes());
    }

    int length() {
        return out.size();
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
