package dev.capdrop.core.unit;

import java.util.List;
import java.util.stream.Stream;

/// Splits a path into its components.
///
/// Source: path_resolution(7).
public final class PathComponents {
    private PathComponents() {}

    /// Returns the names between the slashes, `..` among them, without empty ones and `.`.
    public static List<String> of(String path) {
        return Stream.of(path.split("/"))
                .filter(component -> !component.isEmpty() && !component.equals("."))
                .toList();
    }
}
