package dev.capdrop.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes a hostile input of a good one. The same seed makes the same one again.
public final class Mutator {
    private static final int MOST_CHANGES = 4;
    private static final int MOST_BYTES = 64;
    private static final long[] ODD = {
        0,
        1,
        -1,
        -2,
        7,
        8,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0xffff,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 7,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 8,
    };

    private final Random random;

    /// @param seed which of all inputs
    Mutator(long seed) {
        random = new Random(seed * 0x9e37_79b9_7f4a_7c15L);
    }

    /// A number from 0 on.
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /// One of several.
    public <T> T oneOf(List<T> several) {
        return several.get(below(several.size()));
    }

    /// A number at which programs go wrong, or one near the size of what is read.
    public long number(long size) {
        return switch (below(4)) {
            case 0 -> random.nextLong(Math.max(1, size));
            case 1 -> size + below(17) - 8;
            default -> ODD[below(ODD.length)];
        };
    }

    /// The same bytes but for a few places; longer or shorter by some.
    public byte[] bytes(byte[] good) {
        byte[] bytes = good.clone();
        for (int change = below(MOST_CHANGES); change >= 0; change--) {
            bytes = changed(bytes);
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) below(256)};
        }
        int at = below(bytes.length);
        int length = 1 + below(Math.min(MOST_BYTES, bytes.length - at));
        switch (below(8)) {
            case 0 -> bytes[at] ^= (byte) (1 << below(8));
            case 1 -> bytes[at] = (byte) ODD[below(ODD.length)];
            case 2 -> put(bytes, at, number(bytes.length));
            case 3 -> Arrays.fill(bytes, at, at + length, (byte) -below(2));
            case 4 -> System.arraycopy(bytes, below(bytes.length - length + 1), bytes, at, length);
            case 5 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 6 -> {
                return joined(Arrays.copyOf(bytes, at), from(bytes, at + length));
            }
            default -> {
                return joined(Arrays.copyOf(bytes, at + length), from(bytes, at));
            }
        }
        return bytes;
    }

    /// Writes a number of 2, 4 or 8 bytes, in either order, as far as there is room.
    public void put(byte[] bytes, int at, long number) {
        ByteOrder order = below(4) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
        int width = 2 << below(3);
        if (at + width > bytes.length) {
            bytes[at] = (byte) number;
        } else if (width == 2) {
            buffer.putShort(at, (short) number);
        } else if (width == 4) {
            buffer.putInt(at, (int) number);
        } else {
            buffer.putLong(at, number);
        }
    }

    private static byte[] from(byte[] bytes, int at) {
        return Arrays.copyOfRange(bytes, at, bytes.length);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /// A text in the pieces that a mutation takes out, doubles and exchanges; all of them together
    /// are the text.
    ///
    /// @param piece what is one; what stands between two is one as well
    public static List<String> pieces(String text, Pattern piece) {
        List<String> pieces = new ArrayList<>();
        Matcher found = piece.matcher(text);
        int end = 0;
        while (found.find()) {
            if (found.start() > end) {
                pieces.add(text.substring(end, found.start()));
            }
            pieces.add(found.group());
            end = found.end();
        }
        if (end < text.length()) {
            pieces.add(text.substring(end));
        }
        return List.copyOf(pieces);
    }

    /// The same text but for a few of its pieces.
    ///
    /// @param odd what nobody would write
    public String text(List<String> pieces, List<String> odd) {
        List<String> all = new ArrayList<>(pieces);
        for (int change = below(MOST_CHANGES); change >= 0 && !all.isEmpty(); change--) {
            int at = below(all.size());
            switch (below(6)) {
                case 0 -> all.remove(at);
                case 1 -> all.add(at, all.get(at));
                case 2 -> all.set(at, oneOf(pieces));
                case 3 -> all.add(at, oneOf(odd));
                default -> all.set(at, oneOf(odd));
            }
        }
        return String.join("", below(20) == 0 ? all.subList(0, below(all.size() + 1)) : all);
    }
}
