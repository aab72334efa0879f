package dev.capdrop.core.diagnosis;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import java.util.List;

/// The log of a program that tells the journal little: the rows of the resource `logs.tsv`.
final class OwnLog {
    private static final List<String[]> ALL = ResourceTable.rows("diagnosis/logs.tsv");

    /// Returns the log to look into for why a unit failed; empty where none is known of its
    /// programs, or where its lines in the journal tell.
    ///
    /// @param lines of its journal
    static String of(String unit, Trouble trouble, List<String> lines) {
        boolean told =
                lines.stream()
                        .filter(line -> !line.startsWith(unit + ": "))
                        .anyMatch(ShownLines::tells);
        return told ? "" : of(trouble);
    }

    static String of(Trouble trouble) {
        for (Trouble.CommandExit command : trouble.commands()) {
            String program = command.program().substring(command.program().lastIndexOf('/') + 1);
            for (String[] row : ALL) {
                if (ResourceTable.words(row[1]).contains(program)) {
                    return row[0];
                }
            }
        }
        return "";
    }
}
