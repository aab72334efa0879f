package dev.capdrop.core.condition;

import module java.base;

/// Shell wildcards of fnmatch(3) without flags: `*` takes `/` and a leading period, too.
final class Fnmatch {
    /// A member of a bracket expression: a class, or a character, escaped or not.
    private static final String MEMBER = "(?>\\[:.{0,30}?:]|\\\\.|[^\\\\])";

    /// A bracket expression has so few members at most that no long text is searched for its end
    /// again and again.
    private static final Pattern PIECE =
            Pattern.compile(
                    "(?s)\\[([!^]?+)(%1$s(?:(?!])%1$s){0,255}+)]|\\\\.|.".formatted(MEMBER));

    private static final Pattern ITEM =
            Pattern.compile("(?s)\\[:(.{0,30}?):]|\\\\?(.)(?:-\\\\?(.))?");

    /// The names that a pattern of Java's has for the classes, by those of fnmatch(3).
    private static final Map<String, String> CLASSES =
            Stream.of(
                            "Alnum", "Alpha", "Blank", "Cntrl", "Digit", "Graph", "Lower", "Print",
                            "Punct", "Space", "Upper", "XDigit")
                    .collect(Collectors.toMap(it -> it.toLowerCase(Locale.ROOT), it -> it));

    private final List<Piece> pieces;

    private record Piece(boolean star, IntPredicate takes) {}

    /// Reads a pattern for texts of `longest` characters at most: what would take more of them is
    /// not read to its end.
    Fnmatch(String pattern, int longest) {
        this.pieces = new ArrayList<>();
        Matcher rest = PIECE.matcher(pattern);
        for (int taken = 0; taken <= longest && rest.find(); ) {
            Piece piece = piece(rest);
            pieces.add(piece);
            taken += piece.star ? 0 : 1;
        }
    }

    static boolean matches(String pattern, String text, boolean foldCase) {
        return foldCase
                ? matches(pattern.toLowerCase(Locale.ROOT), text.toLowerCase(Locale.ROOT), false)
                : new Fnmatch(pattern, text.length()).matches(text);
    }

    static boolean isLiteral(String pattern) {
        return pattern.chars().noneMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\');
    }

    /// Whether the whole text matches.
    ///
    /// Only the last `*` is taken back to, so the time is bounded by the product of the lengths.
    boolean matches(String text) {
        int[] chars = text.codePoints().toArray();
        int p = 0;
        int t = 0;
        int star = -1;
        int starText = 0;
        while (t < chars.length) {
            if (p < pieces.size() && pieces.get(p).star) {
                star = p++;
                starText = t;
            } else if (p < pieces.size() && pieces.get(p).takes.test(chars[t])) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starText;
            } else {
                return false;
            }
        }
        return pieces.stream().skip(p).allMatch(Piece::star);
    }

    private static Piece piece(MatchResult piece) {
        if (piece.group(2) != null) {
            boolean negated = !piece.group(1).isEmpty();
            List<IntPredicate> items =
                    ITEM.matcher(piece.group(2)).results().map(Fnmatch::item).toList();
            return new Piece(false, c -> items.stream().anyMatch(item -> item.test(c)) != negated);
        }
        String text = piece.group();
        int wanted = text.codePointBefore(text.length());
        return switch (text) {
            case "*", "?" -> new Piece(text.equals("*"), _ -> true);
            case "\\" -> new Piece(false, _ -> false);
            default -> new Piece(false, c -> c == wanted);
        };
    }

    private static IntPredicate item(MatchResult item) {
        if (item.group(1) != null) {
            String name = CLASSES.get(item.group(1));
            return name == null ? _ -> false : posix(name);
        }
        int low = item.group(2).codePointAt(0);
        int high = item.group(3) == null ? low : item.group(3).codePointAt(0);
        return c -> c >= low && c <= high;
    }

    private static IntPredicate posix(String name) {
        Predicate<String> member = Pattern.compile("\\p{" + name + "}").asMatchPredicate();
        return c -> member.test(Character.toString(c));
    }
}
