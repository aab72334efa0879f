package dev.capdrop.linux.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Jenkins' hash of 64 bits, by which the tables of older journals are addressed (systemd before
/// 246, and builds that keep their form, as Debian 11's).
///
/// Source: B. Jenkins, "lookup3.c", hashlittle2() (2006, public domain), with both start values 0.
final class JenkinsHash {
    private static final int START = 0xdeadbeef;
    private static final int BLOCK = 12;

    private int a;
    private int b;
    private int c;

    private JenkinsHash(int length) {
        a = START + length;
        b = a;
        c = a;
    }

    static long of(byte[] data) {
        JenkinsHash state = new JenkinsHash(data.length);
        if (data.length > 0) {
            int blocks = (data.length + BLOCK - 1) / BLOCK;
            ByteBuffer padded =
                    ByteBuffer.wrap(Arrays.copyOf(data, blocks * BLOCK))
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (int block = 0; block < blocks; block++) {
                if (block > 0) {
                    state.mix();
                }
                state.a += padded.getInt();
                state.b += padded.getInt();
                state.c += padded.getInt();
            }
            state.finish();
        }
        return (long) state.c << Integer.SIZE | Integer.toUnsignedLong(state.b);
    }

    private void mix() {
        a = (a - c) ^ Integer.rotateLeft(c, 4);
        c += b;
        b = (b - a) ^ Integer.rotateLeft(a, 6);
        a += c;
        c = (c - b) ^ Integer.rotateLeft(b, 8);
        b += a;
        a = (a - c) ^ Integer.rotateLeft(c, 16);
        c += b;
        b = (b - a) ^ Integer.rotateLeft(a, 19);
        a += c;
        c = (c - b) ^ Integer.rotateLeft(b, 4);
        b += a;
    }

    private void finish() {
        c = (c ^ b) - Integer.rotateLeft(b, 14);
        a = (a ^ c) - Integer.rotateLeft(c, 11);
        b = (b ^ a) - Integer.rotateLeft(a, 25);
        c = (c ^ b) - Integer.rotateLeft(b, 16);
        a = (a ^ c) - Integer.rotateLeft(c, 4);
        b = (b ^ a) - Integer.rotateLeft(a, 14);
        c = (c ^ b) - Integer.rotateLeft(b, 24);
    }
}
