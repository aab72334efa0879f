package dev.capdrop.cli.render;

import module java.base;

/// Breaks marked text into lines at blanks. A command that somebody is to copy stays in one piece,
/// and marks of colour take no column.
final class Wrapping {
    private static final Pattern COMMAND =
            Pattern.compile("'(?:capdrop|mount|pct|sudo|systemctl) [^']*'");

    static List<String> lines(int first, int rest, String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int indent = first;
        int column = first;
        boolean empty = true;
        for (String word : words(text)) {
            int length = Columns.of(word);
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
                .replaceAll(command -> unbroken(command.group()))
                .split(" ", -1);
    }

    private static String unbroken(String command) {
        return Matcher.quoteReplacement(command.replace(' ', Mark.BLANK.sign));
    }

    private static String finished(int indent, StringBuilder line) {
        return (" ".repeat(indent) + line).replace(Mark.BLANK.sign, ' ').stripTrailing();
    }
}
