package dev.capdrop.core.condition;

import module java.base;

/// The order of version numbers.
///
/// Source: the UAPI Group's Version Format Specification (UAPI.10), which systemd's
/// `strverscmp_improved` follows.
final class VersionOrder {
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern LETTERS = Pattern.compile("[A-Za-z]+");
    private static final Pattern OTHERS = Pattern.compile("[^0-9A-Za-z~^.-]+");

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
            atLeft = past(OTHERS, left, atLeft);
            atRight = past(OTHERS, right, atRight);
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
        Pattern run = numeric ? DIGITS : LETTERS;
        String first = left.substring(atLeft, past(run, left, atLeft));
        String other = right.substring(atRight, past(run, right, atRight));
        atLeft += first.length();
        atRight += other.length();
        return numeric ? numbers(first, other) : first.compareTo(other);
    }

    private static int numbers(String first, String other) {
        return first.isEmpty() || other.isEmpty()
                ? Boolean.compare(!first.isEmpty(), !other.isEmpty())
                : OldVersionOrder.numbers(first, other);
    }

    private static int past(Pattern run, String text, int from) {
        Matcher matcher = run.matcher(text).region(from, text.length());
        return matcher.lookingAt() ? matcher.end() : from;
    }

    private static char charAt(String text, int at) {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
