package dev.capdrop.core.capability;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The resource `capabilities.tsv`, read once: a row a capability, in the order of the numbers.
final class KnowledgeTable {
    private static final String RESOURCE = "capabilities.tsv";
    private static final Map<Integer, Knowledge> BY_NUMBER = new HashMap<>();
    private static final Map<String, Knowledge> BY_NAME = new HashMap<>();

    static {
        for (String line : text().lines().toList()) {
            if (!line.startsWith("#")) {
                Knowledge row = parse(line);
                BY_NUMBER.put(row.capability().number(), row);
                BY_NAME.put(row.name(), row);
            }
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

    private static Knowledge parse(String line) {
        String[] cells = line.split("\t", -1);
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

    private static String text() {
        try (InputStream in = KnowledgeTable.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "resource '" + RESOURCE + "' is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
