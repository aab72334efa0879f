package dev.capdrop.cli.render;

import com.google.errorprone.annotations.CompileTimeConstant;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import module java.base;

/// A text that may be written to a terminal: constants of this program, and everything else
/// escaped, so that a terminal obeys nothing that others say. The compiler enforces it.
public final class Text {
    public static final Text EMPTY = new Text("");

    private static final String PLACE = "%s";
    private static final String CUT = "...";

    /// The text, with the [Mark]s of its styles in it.
    private final String marked;

    private Text(String marked) {
        this.marked = marked;
    }

    /// Returns a constant with an argument for each `%s`, escaped unless it is a text.
    @FormatMethod
    public static Text of(@CompileTimeConstant @FormatString String template, Object... arguments) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (Object argument : arguments) {
            int place = template.indexOf(PLACE, from);
            if (place < 0) {
                throw new IllegalArgumentException(
                        "'" + template + "' has another number of %s than arguments");
            }
            text.append(template, from, place).append(from(argument).marked);
            from = place + PLACE.length();
        }
        return new Text(text.append(template, from, template.length()).toString());
    }

    /// Returns the text escaped, and cut where it is longer than any name or sentence.
    public static Text foreign(String text) {
        return new Text(Untrusted.escape(text, Untrusted.MAX_LENGTH));
    }

    /// Returns the text escaped, however long it is.
    public static Text whole(String text) {
        return new Text(Untrusted.escape(text, Integer.MAX_VALUE));
    }

    /// Returns a text unchanged, all else escaped; a string is cut, too.
    public static Text from(Object object) {
        // every command comes here, and for a switch over types the JVM makes a class when it is
        // first reached
        if (object instanceof Text text) {
            return text;
        }
        return object instanceof String string ? foreign(string) : whole(object.toString());
    }

    /// Joins all parts, none left out, each as [#of] takes it.
    public static Text join(@CompileTimeConstant String between, Collection<?> parts) {
        StringJoiner joined = new StringJoiner(between);
        parts.forEach(part -> joined.add(from(part).marked));
        return new Text(joined.toString());
    }

    public static Text names(Collection<String> names) {
        return join(", ", names);
    }

    /// Returns `a`, `a and b`, `a, b and c`.
    public static Text listed(List<Text> parts) {
        int last = parts.size() - 1;
        return last < 1
                ? join("", parts)
                : of("%s and %s", join(", ", parts.subList(0, last)), parts.get(last));
    }

    /// Returns what `value` makes of each, by `key`, in the order of the first of each.
    public static <T, K, V> Map<K, List<V>> grouped(
            Iterable<T> all, Function<T, K> key, Function<T, V> value) {
        Map<K, List<V>> groups = new LinkedHashMap<>();
        for (T one : all) {
            groups.computeIfAbsent(key.apply(one), _ -> new ArrayList<>()).add(value.apply(one));
        }
        return groups;
    }

    public static Text blanks(int number) {
        return new Text(" ".repeat(number));
    }

    public Text good() {
        return styled(Mark.GREEN);
    }

    public Text bad() {
        return styled(Mark.RED);
    }

    Text alarming() {
        return styled(Mark.BOLD_RED);
    }

    public Text strong() {
        return styled(Mark.BOLD);
    }

    public Text faint() {
        return styled(Mark.DIM);
    }

    private Text styled(Mark style) {
        return marked.isEmpty() ? this : new Text(style.sign + marked + Mark.END.sign);
    }

    /// Returns this without places where a line may end.
    public Text unbroken() {
        return new Text(marked.replace(' ', Mark.BLANK.sign));
    }

    /// Returns this with blanks behind it, at least this many columns wide.
    public Text padded(int columns) {
        return new Text(marked + " ".repeat(Math.max(0, columns - columns())));
    }

    /// Returns this without styles cut to more than 3 columns, with `...` where it was cut.
    public Text cut(int columns) {
        if (columns() <= columns) {
            return this;
        }
        int end = 0;
        int taken = 0;
        while (true) {
            int point = marked.codePointAt(end);
            taken += Columns.of(Character.toString(point));
            if (taken > columns - CUT.length()) {
                return new Text(marked.substring(0, end) + CUT);
            }
            end += Character.charCount(point);
        }
    }

    public Text stripped() {
        return new Text(marked.stripTrailing());
    }

    public boolean isEmpty() {
        return marked.isEmpty();
    }

    public int columns() {
        return Columns.of(marked);
    }

    /// Breaks it into lines, see [Wrapping].
    public List<Text> lines(int first, int rest, int width) {
        return Wrapping.lines(first, rest, marked, width).stream().map(Text::new).toList();
    }

    /// Returns this with `<U+HHHH>` for each character that an output cannot show.
    Text shownBy(CharsetEncoder encoder) {
        return encoder.canEncode(marked) ? this : new Text(Untrusted.shown(marked, encoder));
    }

    String written(boolean color) {
        return Mark.write(marked, color);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Text text && text.marked.equals(marked);
    }

    @Override
    public int hashCode() {
        return marked.hashCode();
    }

    /// Returns the characters to write without colour.
    @Override
    public String toString() {
        return written(false);
    }
}
