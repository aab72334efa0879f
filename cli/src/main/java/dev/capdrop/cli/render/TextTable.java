package dev.capdrop.cli.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A table in columns two blanks apart, as wide as their widest cell. One of them may give way: it
/// is wrapped where a row would be wider than the terminal.
public final class TextTable {
    private static final int NARROWEST = 12;
    private static final int GAP = 2;

    private final Terminal terminal;
    private final List<Text> headings;
    private final List<Row> rows = new ArrayList<>();

    public TextTable(Terminal terminal, String... headings) {
        this(terminal, List.of(headings));
    }

    public TextTable(Terminal terminal, List<String> headings) {
        this.terminal = terminal;
        this.headings = cells(headings);
    }

    /// The colour of a row's first cell.
    public enum Color {
        NONE,
        GOOD,
        BAD
    }

    private record Row(Color color, List<Text> cells) {}

    public void row(Color color, Object... cells) {
        row(color, List.of(cells));
    }

    /// Adds a row.
    ///
    /// @param cells as many as there are headings, each as [Text#of] takes it
    public void row(Color color, List<?> cells) {
        rows.add(new Row(color, cells(cells)));
    }

    private List<Text> cells(List<?> contents) {
        return contents.stream().map(cell -> terminal.shown(Text.from(cell))).toList();
    }

    /// Writes each row on one line, however long that is.
    public void write() {
        int[] widths = widths();
        terminal.line(line(headings, widths).faint());
        for (Row row : rows) {
            terminal.line(line(painted(row), widths));
        }
    }

    /// Writes the table; the wrapped column gives way.
    public void write(int wrapped) {
        int[] widths = widths();
        int others = Arrays.stream(widths).sum() - widths[wrapped] + GAP * (widths.length - 1);
        widths[wrapped] = Math.min(widths[wrapped], Math.max(NARROWEST, terminal.width() - others));
        lines(headings, widths, wrapped).forEach(line -> terminal.line(line.faint()));
        for (Row row : rows) {
            lines(painted(row), widths, wrapped).forEach(terminal::line);
        }
    }

    private static List<Text> painted(Row row) {
        List<Text> cells = new ArrayList<>(row.cells);
        Text first = cells.getFirst();
        cells.set(
                0,
                switch (row.color) {
                    case NONE -> first;
                    case GOOD -> first.good();
                    case BAD -> first.bad();
                });
        return cells;
    }

    private int[] widths() {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = headings.get(column).columns();
            for (Row row : rows) {
                widths[column] = Math.max(widths[column], row.cells.get(column).columns());
            }
        }
        return widths;
    }

    private static List<Text> lines(List<Text> cells, int[] widths, int wrapped) {
        List<Text> lines = new ArrayList<>();
        for (Text piece : cells.get(wrapped).lines(0, 0, widths[wrapped])) {
            List<Text> line = new ArrayList<>();
            for (int column = 0; column < widths.length; column++) {
                line.add(lines.isEmpty() ? cells.get(column) : Text.EMPTY);
            }
            line.set(wrapped, piece);
            lines.add(line(line, widths));
        }
        return lines;
    }

    private static Text line(List<Text> cells, int[] widths) {
        List<Text> padded = new ArrayList<>();
        for (int column = 0; column < widths.length; column++) {
            padded.add(cells.get(column).padded(widths[column]));
        }
        return Text.join("  ", padded).stripped();
    }
}
