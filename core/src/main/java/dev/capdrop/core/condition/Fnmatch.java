package dev.capdrop.core.condition;

import java.util.Locale;

/// Shell wildcards of fnmatch(3) without flags: `*` takes `/` and a leading period, too.
final class Fnmatch {
    private static final int LONGEST_CLASS = 32;

    private final String pattern;

    /// The index behind the bracket expression at each index; 0 where it was not looked for.
    private final int[] bracketEnds;

    Fnmatch(String pattern) {
        this.pattern = pattern;
        this.bracketEnds = new int[pattern.indexOf('[') < 0 ? 0 : pattern.length()];
    }

    static boolean matches(String pattern, String text, boolean foldCase) {
        return foldCase
                ? new Fnmatch(pattern.toLowerCase(Locale.ROOT))
                        .matches(text.toLowerCase(Locale.ROOT))
                : new Fnmatch(pattern).matches(text);
    }

    static boolean isLiteral(String pattern) {
        return pattern.chars().noneMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\');
    }

    /// Whether the whole text matches.
    ///
    /// Only the last `*` is ever taken back to, so that the time is bounded by the product of the
    /// lengths.
    boolean matches(String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                starText = t;
                continue;
            }
            int next = p < pattern.length() ? one(p, text.charAt(t)) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private int one(int p, char c) {
        char wanted = pattern.charAt(p);
        if (wanted == '?') {
            return p + 1;
        }
        if (wanted == '[') {
            int end = bracketEnd(p);
            if (end > 0) {
                return bracket(p, end, c) ? end : -1;
            }
        }
        if (wanted == '\\') {
            boolean escapes = p + 1 < pattern.length() && pattern.charAt(p + 1) == c;
            return escapes ? p + 2 : -1;
        }
        return wanted == c ? p + 1 : -1;
    }

    private int bracketEnd(int p) {
        if (bracketEnds[p] == 0) {
            bracketEnds[p] = findBracketEnd(p);
        }
        return bracketEnds[p];
    }

    private int findBracketEnd(int p) {
        int i = p + 1;
        i += i < pattern.length() && isNegation(pattern.charAt(i)) ? 1 : 0;
        boolean first = true;
        while (i < pattern.length()) {
            char c = pattern.charAt(i);
            if (c == ']' && !first) {
                return i + 1;
            }
            int classEnd = classEnd(i);
            if (classEnd >= 0) {
                i = classEnd + 2;
            } else {
                i += c == '\\' ? 2 : 1;
            }
            first = false;
        }
        return -1;
    }

    private int classEnd(int i) {
        int furthest = Math.min(pattern.length(), i + 2 + LONGEST_CLASS);
        return pattern.startsWith("[:", i) ? pattern.indexOf(":]", i + 2, furthest) : -1;
    }

    private boolean bracket(int p, int end, char c) {
        int i = p + 1;
        boolean negated = isNegation(pattern.charAt(i));
        i += negated ? 1 : 0;
        boolean found = false;
        while (i < end - 1) {
            int classEnd = classEnd(i);
            if (classEnd >= 0) {
                found |= isOfClass(pattern.substring(i + 2, classEnd), c);
                i = classEnd + 2;
                continue;
            }
            i += pattern.charAt(i) == '\\' ? 1 : 0;
            char low = pattern.charAt(i++);
            char high = low;
            if (i + 1 < end - 1 && pattern.charAt(i) == '-') {
                i++;
                i += pattern.charAt(i) == '\\' ? 1 : 0;
                high = pattern.charAt(i++);
            }
            found |= c >= low && c <= high;
        }
        return found != negated;
    }

    private static boolean isNegation(char c) {
        return c == '!' || c == '^';
    }

    private static boolean isOfClass(String name, char c) {
        boolean digit = c >= '0' && c <= '9';
        boolean upper = c >= 'A' && c <= 'Z';
        boolean lower = c >= 'a' && c <= 'z';
        boolean visible = c > ' ' && c < 0x7f;
        return switch (name) {
            case "digit" -> digit;
            case "upper" -> upper;
            case "lower" -> lower;
            case "alpha" -> upper || lower;
            case "alnum" -> upper || lower || digit;
            case "xdigit" -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            case "blank" -> c == ' ' || c == '\t';
            case "space" -> c == ' ' || (c >= '\t' && c <= '\r');
            case "cntrl" -> c < ' ' || c == 0x7f;
            case "graph" -> visible;
            case "print" -> visible || c == ' ';
            case "punct" -> visible && !upper && !lower && !digit;
            default -> false;
        };
    }
}
