package dev.capdrop.core.capability;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The resource `capabilities.tsv`, read once: a row a capability, in the order of the numbers.
final class KnowledgeTable {
    private static final Map<Integer, Knowledge> BY_NUMBER = new HashMap<>();
    private static final Map<String, Knowledge> BY_NAME = new HashMap<>();

    static {
        for (String[] cells : TableText.rows("capabilities.tsv")) {
            Knowledge row = parse(cells);
            BY_NUMBER.put(row.capability().number(), row);
            BY_NAME.put(row.name(), row);
        }
    }

    private KnowledgeTable() {}

    static @Nullable Knowledge byNumber(int number) {
        return BY_NUMBER.get(number);
    }

    static @Nullable Knowledge byName(String name) {
        return BY_NAME.get(name);
    }

    static int size() {
        return BY_NUMBER.size();
    }

    private static Knowledge parse(String[] cells) {
        return new Knowledge(
                new Capability(Integer.parseInt(cells[0])),
                cells[1],
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
