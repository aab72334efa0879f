package dev.capdrop.cli.render;

/// Counts the columns of a terminal that text takes, as wcwidth(3) does: two for an ideograph, none
/// for a mark that stands on the character before it, else one.
final class Columns {
    /// The ranges that are wide or fullwidth (Unicode, EastAsianWidth.txt), pictures among them.
    private static final int[][] WIDE = {
        {0x1100, 0x115f},
        {0x2e80, 0x303e},
        {0x3041, 0x33ff},
        {0x3400, 0x4dbf},
        {0x4e00, 0x9fff},
        {0xa000, 0xa4cf},
        {0xa960, 0xa97f},
        {0xac00, 0xd7a3},
        {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},
        {0xff00, 0xff60},
        {0xffe0, 0xffe6},
        {0x1f300, 0x1f64f},
        {0x1f680, 0x1f6ff},
        {0x1f900, 0x1f9ff},
        {0x20000, 0x3fffd}
    };

    static int of(String marked) {
        int columns = 0;
        for (int i = 0; i < marked.length(); ) {
            int point = marked.codePointAt(i);
            columns += of(point);
            i += Character.charCount(point);
        }
        return columns;
    }

    private static int of(int point) {
        if (point < 0x300) {
            return 1;
        }
        if (Mark.isStyle(point)) {
            return 0;
        }
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
            default -> isWide(point) ? 2 : 1;
        };
    }

    private static boolean isWide(int point) {
        for (int[] range : WIDE) {
            if (point <= range[1]) {
                return point >= range[0];
            }
        }
        return false;
    }
}
