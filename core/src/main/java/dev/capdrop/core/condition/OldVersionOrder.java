package dev.capdrop.core.condition;

/// The order of version numbers up to systemd 247.
///
/// Source: systemd's `str_verscmp` of those days, which it shared with dpkg: runs of digits are
/// compared as numbers, and in between a digit or an end comes first, then small letters, then
/// anything else.
final class OldVersionOrder {
    private static final int BEHIND_LETTERS = 0x10000;
    private static final String BEHIND_NUMBERS = "(?<=[0-9])(?=[^0-9])";

    static int compare(String left, String right) {
        String[] lefts = left.split(BEHIND_NUMBERS, -1);
        String[] rights = right.split(BEHIND_NUMBERS, -1);
        for (int i = 0; i < Math.max(lefts.length, rights.length); i++) {
            int order = parts(i < lefts.length ? lefts[i] : "", i < rights.length ? rights[i] : "");
            if (order != 0) {
                return order;
            }
        }
        return left.compareTo(right);
    }

    /// Compares two parts, each of which ends where its number does.
    private static int parts(String left, String right) {
        String first = left.replaceFirst("[0-9]+$", "");
        String other = right.replaceFirst("[0-9]+$", "");
        for (int i = 0; i < Math.max(first.length(), other.length()); i++) {
            int order = weight(first, i) - weight(other, i);
            if (order != 0) {
                return order;
            }
        }
        return numbers(left.substring(first.length()), right.substring(other.length()));
    }

    static int numbers(String left, String right) {
        String first = left.replaceFirst("^0+", "");
        String other = right.replaceFirst("^0+", "");
        int byLength = Integer.compare(first.length(), other.length());
        return byLength != 0 ? byLength : first.compareTo(other);
    }

    private static int weight(String others, int at) {
        if (at >= others.length()) {
            return 0;
        }
        char c = others.charAt(at);
        return c >= 'a' && c <= 'z' ? c : c + BEHIND_LETTERS;
    }
}
