package dev.capdrop.core.condition;

/// The order of version numbers.
///
/// Source: the UAPI Group's Version Format Specification (UAPI.10), which systemd's
/// `strverscmp_improved` follows.
final class VersionOrder {
    private final String left;
    private final String right;
    private int atLeft;
    private int atRight;

    private VersionOrder(String left, String right) {
        this.left = left;
        this.right = right;
    }

    static int compare(String left, String right) {
        return new VersionOrder(left, right).compare();
    }

    private int compare() {
        while (true) {
            atLeft = pastOthers(left, atLeft);
            atRight = pastOthers(right, atRight);
            int tilde = separator('~');
            if (tilde != 0) {
                return tilde;
            }
            if (atLeft == left.length() || atRight == right.length()) {
                return Integer.compare(left.length() - atLeft, right.length() - atRight);
            }
            for (char c : new char[] {'-', '^', '.'}) {
                int order = separator(c);
                if (order != 0) {
                    return order;
                }
            }
            int order = segment();
            if (order != 0) {
                return order;
            }
        }
    }

    private int separator(char separator) {
        boolean inLeft = charAt(left, atLeft) == separator;
        boolean inRight = charAt(right, atRight) == separator;
        if (inLeft != inRight) {
            return inLeft ? -1 : 1;
        }
        atLeft += inLeft ? 1 : 0;
        atRight += inRight ? 1 : 0;
        return 0;
    }

    private int segment() {
        boolean numeric = isDigit(charAt(left, atLeft)) || isDigit(charAt(right, atRight));
        String first = run(left, atLeft, numeric);
        String other = run(right, atRight, numeric);
        atLeft += first.length();
        atRight += other.length();
        return numeric ? numbers(first, other) : first.compareTo(other);
    }

    private static int numbers(String first, String other) {
        return first.isEmpty() || other.isEmpty()
                ? Boolean.compare(!first.isEmpty(), !other.isEmpty())
                : OldVersionOrder.numbers(first, other);
    }

    private static String run(String text, int from, boolean digits) {
        int end = from;
        while (end < text.length()
                && (digits ? isDigit(text.charAt(end)) : isLetter(text.charAt(end)))) {
            end++;
        }
        return text.substring(from, end);
    }

    private static int pastOthers(String text, int from) {
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isDigit(c) || isLetter(c) || "~-^.".indexOf(c) >= 0) {
                break;
            }
            at++;
        }
        return at;
    }

    private static char charAt(String text, int at) {
        return at < text.length() ? text.charAt(at) : 0;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
