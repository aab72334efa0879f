package dev.capdrop.core.boot;

import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Follows symlinks inside a tree (path_resolution(7)); a missing path stands for itself.
final class Chase {
    private static final int MOST_LINKS = 40;
    private static final int MOST_COMPONENTS = 1000;

    private final UnitTree tree;
    private final Map<String, String> links = new HashMap<>();

    Chase(UnitTree tree) {
        this.tree = tree;
    }

    /// Returns the path with its directories' symlinks resolved; null when there are too many.
    @Nullable String parents(String path) {
        return resolve(path, false);
    }

    /// Returns the path with all symlinks resolved; null when there are too many.
    @Nullable String all(String path) {
        return resolve(path, true);
    }

    private @Nullable String resolve(String path, boolean last) {
        Deque<String> open = new ArrayDeque<>(Words.ofPath(path));
        StringBuilder resolved = new StringBuilder();
        int followed = 0;
        int steps = 0;
        while (!open.isEmpty()) {
            if (++steps > MOST_COMPONENTS) {
                return null;
            }
            String component = open.pop();
            if (component.equals("..")) {
                resolved.setLength(Math.max(0, resolved.lastIndexOf("/")));
                continue;
            }
            String here = resolved + "/" + component;
            String target = open.isEmpty() && !last ? "" : link(here);
            if (target.isEmpty()) {
                resolved.append('/').append(component);
            } else if (++followed > MOST_LINKS) {
                return null;
            } else {
                resolved.setLength(target.startsWith("/") ? 0 : resolved.length());
                Words.ofPath(target).reversed().forEach(open::push);
            }
        }
        return resolved.isEmpty() ? "/" : resolved.toString();
    }

    private String link(String path) {
        return links.computeIfAbsent(
                path,
                p -> {
                    String target = tree.link(p);
                    return target == null ? "" : target;
                });
    }
}
