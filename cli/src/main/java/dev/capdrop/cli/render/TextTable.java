package dev.capdrop.cli.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A table in columns two blanks apart. One column is wrapped where a row would be wider than the
/// terminal; the others are as wide as their widest cell.
final class TextTable {
    private static final int NARROWEST = 12;

    private final Terminal terminal;
    private final List<String> headings;
    private final List<Row> rows = new ArrayList<>();

    TextTable(Terminal terminal, String... headings) {
        this.terminal = terminal;
        this.headings = List.of(headings);
    }

    /// How a row's first cell looks.
    enum Color {
        NONE,
        GOOD,
        BAD
    }

    private record Row(Color color, List<String> cells) {}

    /// @param cells escaped, as many as there are headings
    void row(Color color, List<String> cells) {
        rows.add(new Row(color, cells));
    }

    /// @param wrapped the column that gives way
    void write(int wrapped) {
        int[] widths = widths(wrapped);
        lines(headings, widths, wrapped).forEach(line -> terminal.line(terminal.faint(line)));
        for (Row row : rows) {
            List<String> lines = lines(row.cells, widths, wrapped);
            String first = lines.getFirst();
            int name = row.cells.getFirst().length();
            terminal.line(paint(row.color, first.substring(0, name)) + first.substring(name));
            lines.subList(1, lines.size()).forEach(terminal::line);
        }
    }

    private String paint(Color color, String text) {
        return switch (color) {
            case NONE -> text;
            case GOOD -> terminal.good(text);
            case BAD -> terminal.bad(text);
        };
    }

    private int[] widths(int wrapped) {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = headings.get(column).length();
            for (Row row : rows) {
                widths[column] = Math.max(widths[column], row.cells.get(column).length());
            }
        }
        int others = Arrays.stream(widths).sum() - widths[wrapped] + 2 * (widths.length - 1);
        widths[wrapped] = Math.min(widths[wrapped], Math.max(NARROWEST, terminal.width() - others));
        return widths;
    }

    private static List<String> lines(List<String> cells, int[] widths, int wrapped) {
        List<String> pieces = Wrapping.lines(0, 0, cells.get(wrapped), widths[wrapped]);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = i == 0 ? cells.get(column) : "";
                String text = column == wrapped ? pieces.get(i) : cell;
                line.append(text).append(" ".repeat(Math.max(0, widths[column] - text.length())));
                line.append("  ");
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
