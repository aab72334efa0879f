package dev.capdrop.cli.render;

import dev.capdrop.core.plan.Plan;
import java.util.List;
import java.util.function.Function;

/// What `check` found in many recorded snapshots: a line a recording, never wrapped, so that a
/// thousand of them can be sorted and searched.
public final class FleetTable {
    private static final Row HEADING =
            new Row("FILE", "TARGET", "STATE", "FAILED", "REMEDY", false);

    private final Terminal terminal;

    public FleetTable(Terminal terminal) {
        this.terminal = terminal;
    }

    /// All that is shown of one recording.
    ///
    /// @param remedy what to do about it, or why it was not read
    /// @param bad whether somebody should look at it
    public record Row(
            String file, String target, String state, String failed, String remedy, boolean bad) {
        /// The line for a recording.
        public static Row of(String file, Checked checked) {
            boolean asked = checked.snapshot() != null && checked.snapshot().systemd() != null;
            return new Row(
                    file,
                    checked.snapshot() == null ? "-" : checked.target(),
                    CheckTable.state(checked),
                    asked ? Integer.toString(checked.diagnosis().findings().size()) : "-",
                    remedy(checked),
                    checked.hasFindings() || checked.unanswered());
        }

        private static String remedy(Checked checked) {
            Plan plan = checked.plan();
            if (!checked.problem().isEmpty()) {
                return checked.problem();
            }
            if (checked.wouldNotStart()) {
                return "its configuration does not load";
            }
            if (plan != null && !plan.drop().isEmpty()) {
                return "drop " + plan.drop();
            }
            return plan != null && plan.heals() ? "restart" : "";
        }
    }

    /// Writes the lines, in columns.
    public void write(List<Row> rows) {
        int file = width(rows, Row::file);
        int target = width(rows, Row::target);
        int state = width(rows, Row::state);
        terminal.line(terminal.faint(line(HEADING, HEADING.file(), file, target, state)));
        for (Row row : rows) {
            String name = terminal.untrusted(row.file());
            terminal.line(line(row, paint(row, name), file + painted(row, name), target, state));
        }
    }

    private String line(Row row, String name, int file, int target, int state) {
        return (pad(name, file)
                        + pad(terminal.untrusted(row.target()), target)
                        + pad(terminal.untrusted(row.state()), state)
                        + pad(row.failed(), HEADING.failed().length())
                        + terminal.untrusted(row.remedy()))
                .stripTrailing();
    }

    private String paint(Row row, String name) {
        return row.bad() ? terminal.bad(name) : name;
    }

    /// The characters of a painted name that take no room.
    private int painted(Row row, String name) {
        return paint(row, name).length() - name.length();
    }

    private int width(List<Row> rows, Function<Row, String> cell) {
        int width = cell.apply(HEADING).length();
        for (Row row : rows) {
            width = Math.max(width, terminal.untrusted(cell.apply(row)).length());
        }
        return width;
    }

    private static String pad(String cell, int width) {
        return cell + " ".repeat(Math.max(0, width - cell.length()) + 2);
    }
}
