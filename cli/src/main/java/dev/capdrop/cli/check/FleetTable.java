package dev.capdrop.cli.check;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.TextTable;
import dev.capdrop.core.plan.Plan;
import java.util.List;

/// Writes the result of `check` for many recorded snapshots: a line a recording, never wrapped, so
/// that a thousand of them can be sorted and searched.
record FleetTable(Terminal terminal) {
    /// The cells of one recording.
    ///
    /// @param remedy what to do about it, or why it was not read
    /// @param bad whether somebody should look at it
    public record Row(
            String file, String target, String state, String failed, String remedy, boolean bad) {
        public static Row of(String file, Checked checked) {
            return new Row(
                    file,
                    checked.snapshot() == null ? "-" : checked.target(),
                    CheckTable.state(checked),
                    checked.observed()
                            ? Integer.toString(checked.diagnosis().findings().size())
                            : "-",
                    remedy(checked),
                    checked.hasFindings() || (checked.unanswered() && !checked.withoutSystemd()));
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
            if (plan != null && plan.heals()) {
                return "restart";
            }
            if (!checked.nextStart().losses().isEmpty()) {
                return "its next start loses what works now";
            }
            return checked.nextStart().confinement().remedy();
        }
    }

    public void write(List<Row> rows) {
        TextTable table = new TextTable(terminal, "FILE", "TARGET", "STATE", "FAILED", "REMEDY");
        for (Row row : rows) {
            table.row(
                    row.bad() ? TextTable.Color.BAD : TextTable.Color.NONE,
                    row.file(),
                    row.target(),
                    row.state(),
                    row.failed(),
                    row.remedy());
        }
        table.write();
    }
}
