package dev.capdrop.cli.render;

/// A mark in a [Text]: the beginning or end of a style, or a blank at which no line may break, of a
/// private use area, from which [Untrusted] lets no character through.
enum Mark {
    BLANK('\ue000', " ", ""),
    END('\ue001', "", "0"),
    BOLD('\ue002', "", "1"),
    DIM('\ue003', "", "2"),
    RED('\ue004', "", "31"),
    GREEN('\ue005', "", "32"),
    BOLD_RED('\ue006', "", "1;31");

    private static final Mark[] ALL = values();

    final char sign;
    private final String plain;
    private final String rendition;

    /// @param rendition the parameters of SGR (ECMA-48), written where there is colour
    Mark(char sign, String plain, String rendition) {
        this.sign = sign;
        this.plain = plain;
        this.rendition = rendition;
    }

    static boolean isMark(int point) {
        return point >= BLANK.sign && point <= BOLD_RED.sign;
    }

    static boolean isStyle(int point) {
        return isMark(point) && point != BLANK.sign;
    }

    /// Returns the text with each mark in its written form.
    static String write(String marked, boolean color) {
        StringBuilder out = new StringBuilder(marked.length() + 16);
        for (int i = 0; i < marked.length(); i++) {
            char next = marked.charAt(i);
            if (isMark(next)) {
                ALL[next - BLANK.sign].write(out, color);
            } else {
                out.append(next);
            }
        }
        return out.toString();
    }

    private void write(StringBuilder out, boolean color) {
        out.append(plain);
        if (color && !rendition.isEmpty()) {
            out.append("\u001b[").append(rendition).append('m');
        }
    }
}
