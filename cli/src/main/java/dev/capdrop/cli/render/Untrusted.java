package dev.capdrop.cli.render;

import module java.base;

/// Makes text from a container fit for a terminal: `\xHH` or `<U+HHHH>` of control characters (C0,
/// C1, DEL, bidirectional), of those that take no room or show nothing, of line and paragraph
/// separators and of unpaired surrogates.
final class Untrusted {
    /// The length beyond which no name or value tells more.
    static final int MAX_LENGTH = 512;

    /// Returns the text escaped, and cut to a number of characters.
    static String escape(String text, int most) {
        if (text.length() <= most && isPlain(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        int shown = 0;
        for (int i = 0; i < text.length(); ) {
            if (++shown > most) {
                return out.append("...").toString();
            }
            int point = text.codePointAt(i);
            append(out, point);
            i += Character.charCount(point);
        }
        return out.toString();
    }

    /// Returns the text with numbers for the characters that an output cannot show.
    static String shown(String text, CharsetEncoder encoder) {
        StringBuilder out = new StringBuilder();
        text.codePoints()
                .forEach(point -> {
                    boolean shown = encoder.canEncode(Character.toString(point));
                    if (shown || Mark.isMark(point)) {
                        out.appendCodePoint(point);
                    } else {
                        out.append(number(point));
                    }
                });
        return out.toString();
    }

    /// Whether it is of ASCII's printable characters alone, as nearly all is.
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isPlain(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(int point) {
        return point >= ' ' && point < 0x7f;
    }

    private static void append(StringBuilder out, int point) {
        if (isPlain(point) || isShown(point)) {
            out.appendCodePoint(point);
        } else if (point < 0x100 && Character.isISOControl(point)) {
            out.append(String.format(Locale.ROOT, "\\x%02x", point));
        } else {
            out.append(number(point));
        }
    }

    private static String number(int point) {
        return String.format(Locale.ROOT, "<U+%04X>", point);
    }

    /// Whether a reader sees the character, and sees nothing else otherwise because of it.
    static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> !isIgnorable(point);
        };
    }

    /// Whether it is one of Unicode's Default_Ignorable_Code_Point of a type that is shown.
    private static boolean isIgnorable(int point) {
        return switch (point) {
            case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xffa0 -> true;
            default ->
                    (point >= 0x180b && point <= 0x180f)
                            || (point >= 0xfe00 && point <= 0xfe0f)
                            || (point >= 0xe0000 && point <= 0xe0fff);
        };
    }
}
