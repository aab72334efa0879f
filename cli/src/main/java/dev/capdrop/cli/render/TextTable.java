package dev.capdrop.cli.render;

import module java.base;

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

    /// Adds a row of as many cells as headings, each as [Text#of] takes it.
    public void row(Color color, List<?> cells) {
        rows.add(new Row(color, cells(cells)));
    }

    private List<Text> cells(List<?> contents) {
        return contents.stream().map(cell -> terminal.shown(Text.from(cell))).toList();
    }

    /// Returns each row on one line, however long that is.
    public List<Text> lines() {
        int[] widths = widths();
        List<Text> lines = new ArrayList<>(List.of(line(headings, widths).faint()));
        rows.forEach(row -> lines.add(line(painted(row), widths)));
        return lines;
    }

    public void write(int wrapped) {
        lines(wrapped).forEach(terminal::line);
    }

    /// Returns the lines; the wrapped column gives way, and those behind it go below if shorter.
    public List<Text> lines(int wrapped) {
        List<Text> beside = lines(wrapped, headings.size());
        List<Text> below = lines(wrapped, wrapped + 1);
        return height(below) < height(beside) ? below : beside;
    }

    private int height(List<Text> lines) {
        return lines.stream()
                .mapToInt(line -> Math.ceilDiv(line.columns(), terminal.width()))
                .sum();
    }

    /// @param columns how many stand beside one another
    private List<Text> lines(int wrapped, int columns) {
        int[] widths = Arrays.copyOf(widths(), columns);
        int room = terminal.width() + widths[wrapped] - Arrays.stream(widths).sum();
        widths[wrapped] =
                Math.min(widths[wrapped], Math.max(NARROWEST, room - GAP * (columns - 1)));
        List<Text> lines = new ArrayList<>();
        lines(headings.subList(0, columns), widths, wrapped)
                .forEach(line -> lines.add(line.faint()));
        Text indent = Text.blanks(Arrays.stream(widths).limit(wrapped).sum() + GAP * wrapped);
        for (Row row : rows) {
            lines.addAll(lines(painted(row).subList(0, columns), widths, wrapped));
            for (int column = columns; column < headings.size(); column++) {
                if (!row.cells.get(column).isEmpty()) {
                    Text heading = headings.get(column).faint();
                    lines.add(Text.of("%s%s  %s", indent, heading, row.cells.get(column)));
                }
            }
        }
        return lines;
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

    /// Returns the lines; of a column that gives way, cells are cut, but not below `narrowest`.
    public List<Text> cut(int column, int narrowest, int columns) {
        int[] widths = widths();
        int room = columns + widths[column] - Arrays.stream(widths).sum();
        widths[column] =
                Math.min(widths[column], Math.max(narrowest, room - GAP * (widths.length - 1)));
        List<Text> lines = new ArrayList<>(List.of(line(headings, widths)));
        for (Row row : rows) {
            List<Text> cells = painted(row);
            cells.set(column, cells.get(column).cut(widths[column]));
            lines.add(line(cells, widths));
        }
        return lines;
    }
}
