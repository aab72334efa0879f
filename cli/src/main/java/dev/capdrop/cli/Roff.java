package dev.capdrop.cli;

import java.time.LocalDate;

/// A text in the language of man(7), of plain words, escaped by groff_char(7).
final class Roff {
    private static final int WIDTH = 70;

    private final StringBuilder text = new StringBuilder();

    Roff macro(String name) {
        text.append('.').append(name).append('\n');
        return this;
    }

    enum Chapter {
        COMMANDS(1, "User Commands"),
        FILES(5, "File Formats");

        private final int number;
        private final String title;

        Chapter(int number, String title) {
            this.number = number;
            this.title = title;
        }
    }

    /// Adds the title line, whose date keeps its plain hyphens.
    Roff title(String name, Chapter chapter, LocalDate date, String version) {
        text.append(
                ".TH %s %d %s \"%s\" \"%s\"\n"
                        .formatted(
                                escaped(name),
                                chapter.number,
                                date,
                                escaped(version),
                                chapter.title));
        return this;
    }

    Roff section(String title) {
        text.append(".SH \"").append(escaped(title)).append("\"\n");
        return this;
    }

    /// Adds text that the viewer fills and breaks into lines.
    Roff text(String words) {
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ")) {
            if (!line.isEmpty() && line.length() + word.length() >= WIDTH) {
                raw(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(escaped(word));
        }
        return raw(line.toString());
    }

    /// Adds a line of words from [#bold(String)] and its like.
    Roff raw(String line) {
        boolean control = line.startsWith(".") || line.startsWith("'");
        text.append(control ? "\\&" : "").append(line).append('\n');
        return this;
    }

    Roff verbatim(Iterable<String> lines) {
        macro("nf");
        lines.forEach(line -> raw(escaped(line)));
        return macro("fi");
    }

    static String bold(String words) {
        return "\\fB" + escaped(words) + "\\fR";
    }

    static String italic(String words) {
        return "\\fI" + escaped(words) + "\\fR";
    }

    static String escaped(String words) {
        StringBuilder escaped = new StringBuilder();
        words.codePoints()
                .forEach(character ->
                        escaped.append(
                                switch (character) {
                                    case '\\' -> "\\(rs";
                                    case '-' -> "\\-";
                                    case '\'' -> "\\(aq";
                                    case '`' -> "\\(ga";
                                    case '^' -> "\\(ha";
                                    case '~' -> "\\(ti";
                                    case '"' -> "\\(dq";
                                    default -> Character.toString(character);
                                }));
        return escaped.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
