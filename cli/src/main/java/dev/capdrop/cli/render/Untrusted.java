package dev.capdrop.cli.render;

import java.nio.charset.CharsetEncoder;
import java.util.Locale;

/// Makes text from a container fit for a terminal.
///
/// Control characters (C0, C1, DEL), bidirectional controls, line and paragraph separators and
/// unpaired surrogates are written as `\xHH` or `<U+HHHH>`, and a text of more than a line is cut.
public final class Untrusted {
    /// No name or value that is longer tells more.
    private static final int MAX_LENGTH = 512;

    private Untrusted() {}

    /// The text, escaped and cut to 512 characters.
    ///
    /// @param encoder tells which characters the output can show
    public static String escape(String text, CharsetEncoder encoder) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 16);
        int shown = 0;
        for (int i = 0; i < text.length(); ) {
            if (++shown > MAX_LENGTH) {
                return out.append("...").toString();
            }
            int point = text.codePointAt(i);
            append(out, point, encoder);
            i += Character.charCount(point);
        }
        return out.toString();
    }

    private static void append(StringBuilder out, int point, CharsetEncoder encoder) {
        if (point >= ' ' && point < 0x7f) {
            out.append((char) point);
        } else if (point < 0x100 && Character.isISOControl(point)) {
            out.append(String.format(Locale.ROOT, "\\x%02x", point));
        } else if (!isShown(point) || !encoder.canEncode(Character.toString(point))) {
            out.append(String.format(Locale.ROOT, "<U+%04X>", point));
        } else {
            out.appendCodePoint(point);
        }
    }

    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
