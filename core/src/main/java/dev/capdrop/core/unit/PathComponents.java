package dev.capdrop.core.unit;

import java.util.ArrayList;
import java.util.List;

/// Splits a path into its components.
///
/// Source: path_resolution(7).
public final class PathComponents {
    private PathComponents() {}

    /// Returns the names between the slashes, `..` among them, without empty ones and `.`.
    public static List<String> of(String path) {
        List<String> components = new ArrayList<>();
        for (String component : path.split("/")) {
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        return components;
    }
}
