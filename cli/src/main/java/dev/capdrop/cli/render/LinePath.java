package dev.capdrop.cli.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.observe.Findings.RawPath;
import module java.base;

/// A path as a line of text may hold it, so that nobody can forge a line: unchanged where it cannot
/// be taken for anything else, else quoted as by ls(1), `--quoting-style=shell-escape`.
public final class LinePath {
    /// The base of unpaired surrogates for bytes that are not UTF-8, which has none.
    private static final int BYTE = 0xdc00;

    /// The first byte above the C1 controls of the encodings by ISO/IEC 8859.
    private static final int BEYOND_CONTROLS = 0xa0;

    private static final String NAMED = "abtnvfr";

    private final byte[] bytes;

    private LinePath(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Returns a path for a pipe or a file, unchanged if it is ordinary in any encoding.
    public static LinePath of(RawPath path) {
        String text = surrogates(path);
        return new LinePath(
                isPlain(text, LinePath::isOrdinary) ? path.bytes() : quoted(text).getBytes(UTF_8));
    }

    public static Text shown(RawPath path) {
        String text = surrogates(path);
        return Text.whole(isPlain(text, Untrusted::isShown) ? text : quoted(text));
    }

    byte[] bytes() {
        return bytes.clone();
    }

    private static String surrogates(RawPath path) {
        return decode(path, odd -> Character.toString(BYTE + odd));
    }

    private static boolean isOrdinary(int point) {
        return Untrusted.isShown(point) || (isByte(point) && point - BYTE >= BEYOND_CONTROLS);
    }

    private static boolean isByte(int point) {
        return point >= BYTE && point <= BYTE + 0xff;
    }

    private static boolean isPlain(String text, IntPredicate plain) {
        return !text.startsWith("'") && text.codePoints().allMatch(plain) && !looksLikeOurs(text);
    }

    /// Whether a part of it could be taken for capabilities or for a remark behind a path.
    private static boolean looksLikeOurs(String text) {
        return text.indexOf(' ') >= 0 && Pattern.compile(" (\\[|\\S*=)").matcher(text).find();
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("'");
        boolean escapes = false;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            boolean plain = Untrusted.isShown(point);
            if (plain == escapes) {
                out.append(plain ? "''" : "'$'");
                escapes = !plain;
            }
            append(out, point, plain);
            i += Character.charCount(point);
        }
        return out.append('\'').toString();
    }

    private static void append(StringBuilder out, int point, boolean plain) {
        if (point == '\'') {
            out.append("'\\''");
        } else if (plain) {
            out.appendCodePoint(point);
        } else if (point >= '\u0007' && point <= '\r') {
            out.append('\\').append(NAMED.charAt(point - '\u0007'));
        } else if (isByte(point)) {
            octal(out, point - BYTE);
        } else {
            for (byte each : Character.toString(point).getBytes(UTF_8)) {
                octal(out, Byte.toUnsignedInt(each));
            }
        }
    }

    private static void octal(StringBuilder out, int value) {
        out.append('\\')
                .append((char) ('0' + (value >> 6)))
                .append((char) ('0' + ((value >> 3) & 7)))
                .append((char) ('0' + (value & 7)));
    }

    /// Returns UTF-8, with `\xHH` for other bytes; control characters are still in it.
    public static String decoded(RawPath path) {
        return decode(path, odd -> String.format(Locale.ROOT, "\\x%02x", odd));
    }

    /// Decodes UTF-8, with `odd` of each other byte.
    private static String decode(RawPath path, IntFunction<String> odd) {
        ByteBuffer in = ByteBuffer.wrap(path.bytes());
        CharBuffer out = CharBuffer.allocate(in.remaining());
        StringBuilder text = new StringBuilder();
        CharsetDecoder decoder = decoder();
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            text.append(out.flip());
            out.clear();
            if (!result.isError()) {
                return text.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                text.append(odd.apply(Byte.toUnsignedInt(in.get())));
            }
            decoder.reset();
        }
    }

    /// Whether the bytes are UTF-8, so that the text stands for them alone.
    public static boolean isText(RawPath path) {
        try {
            decoder().decode(ByteBuffer.wrap(path.bytes()));
            return true;
        } catch (CharacterCodingException other) {
            return false;
        }
    }

    private static CharsetDecoder decoder() {
        return UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }
}
