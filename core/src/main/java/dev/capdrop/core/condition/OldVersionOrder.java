package dev.capdrop.core.condition;

/// The order of version numbers up to systemd 247.
///
/// Source: systemd's `str_verscmp` of those days, which it shared with dpkg: runs of digits are
/// compared as numbers, and in between a digit or an end comes first, then small letters, then
/// anything else.
final class OldVersionOrder {
    private static final int BEHIND_LETTERS = 0x10000;

    private final String left;
    private final String right;
    private int atLeft;
    private int atRight;

    private OldVersionOrder(String left, String right) {
        this.left = left;
        this.right = right;
    }

    static int compare(String left, String right) {
        return new OldVersionOrder(left, right).compare();
    }

    private int compare() {
        while (atLeft < left.length() || atRight < right.length()) {
            int order = others();
            order = order == 0 ? numbers() : order;
            if (order != 0) {
                return order;
            }
        }
        return left.compareTo(right);
    }

    private int others() {
        while (isOther(left, atLeft) || isOther(right, atRight)) {
            int order = weight(left, atLeft) - weight(right, atRight);
            if (order != 0) {
                return order;
            }
            atLeft++;
            atRight++;
        }
        return 0;
    }

    private int numbers() {
        int endLeft = end(left, atLeft);
        int endRight = end(right, atRight);
        int order = numbers(left.substring(atLeft, endLeft), right.substring(atRight, endRight));
        atLeft = endLeft;
        atRight = endRight;
        return order;
    }

    static int numbers(String left, String right) {
        String first = left.replaceFirst("^0+", "");
        String other = right.replaceFirst("^0+", "");
        int byLength = Integer.compare(first.length(), other.length());
        return byLength != 0 ? byLength : first.compareTo(other);
    }

    private static int end(String text, int from) {
        int end = from;
        while (end < text.length() && VersionOrder.isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isOther(String text, int at) {
        return at < text.length() && !VersionOrder.isDigit(text.charAt(at));
    }

    private static int weight(String text, int at) {
        if (!isOther(text, at)) {
            return 0;
        }
        char c = text.charAt(at);
        return c >= 'a' && c <= 'z' ? c : c + BEHIND_LETTERS;
    }
}
