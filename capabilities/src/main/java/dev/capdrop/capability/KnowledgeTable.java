package dev.capdrop.capability;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The resource `capabilities.tsv`, whose rows are parsed on first use: most commands ask for few.
final class KnowledgeTable {
    private static final int NUMBER = 0;
    private static final int NAME = 1;

    private static final Map<Integer, String[]> CELLS = new HashMap<>();
    private static final Map<String, Integer> NUMBERS = new HashMap<>();

    /// The rows by number. Two threads may make the same row, and either is good for both.
    private static final @Nullable Knowledge[] ROWS = new Knowledge[Capability.MAX_NUMBER + 1];

    static {
        for (String[] cells : TableText.rows("capabilities.tsv")) {
            int number = Integer.parseInt(cells[NUMBER]);
            CELLS.put(number, cells);
            NUMBERS.put(cells[NAME], number);
        }
    }

    static @Nullable Knowledge byNumber(int number) {
        Knowledge row = ROWS[number];
        String[] cells = row == null ? CELLS.get(number) : null;
        if (cells != null) {
            row = parse(cells);
            ROWS[number] = row;
        }
        return row;
    }

    static @Nullable Knowledge byName(String name) {
        Integer number = NUMBERS.get(name);
        return number == null ? null : byNumber(number);
    }

    static int size() {
        return CELLS.size();
    }

    private static Knowledge parse(String[] cells) {
        return new Knowledge(
                new Capability(Integer.parseInt(cells[NUMBER])),
                cells[NAME],
                Scope.valueOf(cells[2]),
                cells[3],
                cells[4],
                cells[5],
                cells[6],
                sites(cells[7]),
                sites(cells[8]),
                cells[9],
                cells[10],
                cells[11]);
    }

    private static List<CheckSite> sites(String cell) {
        return cell.isEmpty()
                ? List.of()
                : Arrays.stream(cell.split("; ")).map(CheckSite::parse).toList();
    }
}
