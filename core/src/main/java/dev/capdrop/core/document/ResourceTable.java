package dev.capdrop.core.document;

import module java.base;

import org.jspecify.annotations.Nullable;

/// Tables in resources: a row a line, cells separated by tabs, `#` lines to explain the columns.
public final class ResourceTable {
    private ResourceTable() {}

    /// Returns the cells of each row of a table, by its path in this module's packages.
    public static List<String[]> rows(String path) {
        return rows(ResourceTable.class.getResourceAsStream("/dev/capdrop/core/" + path), path);
    }

    /// Returns the constant that a cell names in small letters, with dashes.
    public static <E extends Enum<E>> E constant(Class<E> constants, String word) {
        return Enum.valueOf(constants, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Returns the second cells of a table by the constants that the first ones name.
    public static <E extends Enum<E>> Map<E, Set<String>> byConstant(String path, Class<E> type) {
        Map<E, Set<String>> cells = new EnumMap<>(type);
        for (String[] row : rows(path)) {
            cells.computeIfAbsent(constant(type, row[0]), _ -> new HashSet<>()).add(row[1]);
        }
        return cells;
    }

    /// Returns the words of a cell, which one blank separates; none of an empty one.
    public static List<String> words(String cell) {
        return cell.isEmpty() ? List.of() : List.of(cell.split(" "));
    }

    /// Returns the rows of any module's resource, which is closed; null when `name` is missing.
    public static List<String[]> rows(@Nullable InputStream resource, String name) {
        if (resource == null) {
            throw new IllegalStateException("resource '" + name + "' is missing from this build");
        }
        try (resource) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
