package dev.capdrop.linux.bus;

import java.io.ByteArrayOutputStream;

/// Bytes that wait to be sent.
final class Outgoing {
    private final ByteArrayOutputStream queue = new ByteArrayOutputStream();
    private byte[] current = {};
    private int offset;

    void add(byte[] bytes, int length) {
        queue.write(bytes, 0, length);
    }

    boolean isEmpty() {
        return offset == current.length && queue.size() == 0;
    }

    byte[] bytes() {
        if (offset == current.length) {
            current = queue.toByteArray();
            offset = 0;
            queue.reset();
        }
        return current;
    }

    int offset() {
        return offset;
    }

    int length() {
        return current.length - offset;
    }

    void sent(int count) {
        offset += count;
    }
}
