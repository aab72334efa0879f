package dev.capdrop.linux.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Writes one message after the other, the least byte of a number first.
///
/// Source: D-Bus specification, "Marshaling (Wire Format)".
final class WireWriter {
    private static final int USUAL = 512;

    private byte[] bytes = new byte[USUAL];
    private int length;

    void octet(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    /// A number of 32 bits without a sign.
    void number(long value) {
        align(Integer.BYTES);
        room(Integer.BYTES);
        length += Integer.BYTES;
        number(length - Integer.BYTES, value);
    }

    /// Puts a number in the place of one that was written before it was known.
    void number(int place, long value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[place + i] = (byte) (value >> (i * Byte.SIZE));
        }
    }

    /// A text, or the path of an object.
    void text(String text) {
        byte[] encoded = text.getBytes(UTF_8);
        number(encoded.length);
        put(encoded);
    }

    void signature(String signature) {
        byte[] encoded = signature.getBytes(UTF_8);
        octet(encoded.length);
        put(encoded);
    }

    private void put(byte[] encoded) {
        room(encoded.length + 1);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        bytes[length++] = 0;
    }

    void align(int boundary) {
        while (length % boundary != 0) {
            octet(0);
        }
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    int length() {
        return length;
    }

    /// Puts what was written into the queue, and begins anew.
    void moveTo(Outgoing out) {
        out.add(bytes, length);
        length = 0;
    }
}
