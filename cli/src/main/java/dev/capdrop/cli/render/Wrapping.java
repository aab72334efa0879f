package dev.capdrop.cli.render;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Breaks text into lines at blanks. A command that somebody is to copy stays in one piece, and
/// what only colours takes no column.
final class Wrapping {
    /// Stands for a blank at which no line ends. [Untrusted] lets no character of a private use
    /// area through.
    private static final char BOUND = '\ue000';

    private static final Pattern COMMAND = Pattern.compile("'(?:capdrop|pct) [^']*'");
    private static final Pattern COLOR = Pattern.compile("\u001b\\[[0-9;]*m");

    private Wrapping() {}

    /// The text, of which no line ends inside, whatever its width.
    static String unbroken(String text) {
        return text.replace(' ', BOUND);
    }

    /// The lines.
    ///
    /// @param first how many blanks the first line begins with
    /// @param rest how many the others begin with
    /// @param width the columns that a line of more than one word has at most
    static List<String> lines(int first, int rest, String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int indent = first;
        int column = first;
        boolean empty = true;
        for (String word : words(text)) {
            int length = columns(word);
            if (!empty && column + 1 + length > width) {
                lines.add(finished(indent, line));
                line.setLength(0);
                indent = rest;
                column = rest;
                empty = true;
            }
            if (empty && word.isEmpty() && !lines.isEmpty()) {
                continue;
            }
            line.append(empty ? "" : " ").append(word);
            column += length + (empty ? 0 : 1);
            empty = false;
        }
        lines.add(finished(indent, line));
        return lines;
    }

    private static String[] words(String text) {
        return COMMAND.matcher(text)
                .replaceAll(command -> Matcher.quoteReplacement(unbroken(command.group())))
                .split(" ", -1);
    }

    private static String finished(int indent, StringBuilder line) {
        return (" ".repeat(indent) + line).replace(BOUND, ' ').stripTrailing();
    }

    private static int columns(String word) {
        return word.length() - colors(word);
    }

    private static int colors(String word) {
        return COLOR.matcher(word).results().mapToInt(color -> color.group().length()).sum();
    }
}
