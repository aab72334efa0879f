package dev.capdrop.core.condition;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether any path of a machine matches a pattern, as glob(7) says, with braces.
final class Glob {
    private static final int MOST_STEPS = 5_000;
    private static final int MOST_ALTERNATIVES = 64;

    private final Machine machine;
    private int steps;

    private Glob(Machine machine) {
        this.machine = machine;
    }

    /// Null when a directory on the way cannot be known, or there are too many to look at.
    static @Nullable Boolean exists(Machine machine, String pattern) {
        List<String> alternatives = new ArrayList<>();
        if (!expand(pattern, alternatives)) {
            return null;
        }
        Glob glob = new Glob(machine);
        boolean open = false;
        for (String alternative : alternatives) {
            Boolean found = glob.below("", components(alternative), 0);
            if (found != null && found) {
                return true;
            }
            open |= found == null;
        }
        return open ? null : Boolean.FALSE;
    }

    private static List<String> components(String path) {
        List<String> components = new ArrayList<>();
        for (String component : path.split("/", -1)) {
            if (!component.isEmpty()) {
                components.add(component);
            }
        }
        return components;
    }

    private @Nullable Boolean below(String directory, List<String> pattern, int at) {
        if (++steps > MOST_STEPS) {
            return null;
        }
        if (at == pattern.size()) {
            return exists(directory.isEmpty() ? "/" : directory);
        }
        String component = pattern.get(at);
        if (component.matches("[^*?\\[\\\\]*")) {
            return below(directory + "/" + component, pattern, at + 1);
        }
        List<String> names = machine.names(directory.isEmpty() ? "/" : directory);
        if (names == null) {
            return null;
        }
        boolean open = false;
        for (String name : names) {
            boolean visible = !name.startsWith(".") || component.startsWith(".");
            if (visible && Fnmatch.matches(component, name, false)) {
                Boolean found = below(directory + "/" + name, pattern, at + 1);
                if (found != null && found) {
                    return true;
                }
                open |= found == null;
            }
        }
        return open ? null : Boolean.FALSE;
    }

    private @Nullable Boolean exists(String path) {
        PathStatus status = machine.link(path);
        return status == null ? null : Boolean.valueOf(status.exists());
    }

    /// Adds the patterns that a pattern with braces stands for.
    ///
    /// @return false when they are too many
    private static boolean expand(String pattern, List<String> into) {
        int open = pattern.indexOf('{');
        int close = open < 0 ? -1 : closing(pattern, open);
        if (close < 0) {
            into.add(pattern);
            return into.size() <= MOST_ALTERNATIVES;
        }
        String before = pattern.substring(0, open);
        String behind = pattern.substring(close + 1);
        int from = open + 1;
        int depth = 0;
        for (int i = from; i <= close; i++) {
            char c = pattern.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth < 0 || (depth == 0 && c == ',')) {
                if (!expand(before + pattern.substring(from, i) + behind, into)) {
                    return false;
                }
                from = i + 1;
            }
        }
        return true;
    }

    private static int closing(String pattern, int open) {
        int depth = 0;
        for (int i = open; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
