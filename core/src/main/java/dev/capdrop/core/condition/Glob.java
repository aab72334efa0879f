package dev.capdrop.core.condition;

import dev.capdrop.core.condition.Machine.PathStatus;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Looks for a path of a machine that matches a pattern, as glob(7) says, with braces.
final class Glob {
    private static final int MOST_STEPS = 5_000;
    private static final int MOST_ALTERNATIVES = 64;

    private static final int LONGEST = 4096;

    private final Machine machine;
    private final List<Component> components;
    private int steps;

    private Glob(Machine machine, List<Component> components, int steps) {
        this.machine = machine;
        this.components = components;
        this.steps = steps;
    }

    private record Component(String text, @Nullable Fnmatch pattern) {
        static Component of(String text) {
            return new Component(text, Fnmatch.isLiteral(text) ? null : new Fnmatch(text, LONGEST));
        }
    }

    static @Nullable Boolean exists(Machine machine, String pattern) {
        List<String> alternatives = new ArrayList<>();
        if (pattern.length() > LONGEST || !expand(pattern, alternatives)) {
            return null;
        }
        int steps = 0;
        boolean open = false;
        for (String alternative : alternatives) {
            Glob glob = new Glob(machine, components(alternative), steps);
            Boolean found = glob.below("", 0);
            if (found != null && found) {
                return true;
            }
            open |= found == null;
            steps = glob.steps;
        }
        return open ? null : Boolean.FALSE;
    }

    private static List<Component> components(String path) {
        return Stream.of(path.split("/"))
                .filter(component -> !component.isEmpty())
                .map(Component::of)
                .toList();
    }

    private @Nullable Boolean below(String directory, int first) {
        if (++steps > MOST_STEPS) {
            return null;
        }
        StringBuilder path = new StringBuilder(directory);
        int at = first;
        while (at < components.size() && components.get(at).pattern() == null) {
            path.append('/').append(components.get(at++).text());
        }
        String here = path.isEmpty() ? "/" : path.toString();
        if (at == components.size()) {
            return exists(here);
        }
        List<String> names = machine.names(here);
        return names == null ? null : below(path.toString(), names, at);
    }

    private @Nullable Boolean below(String directory, List<String> names, int at) {
        Component component = components.get(at);
        boolean open = false;
        for (String name : names) {
            boolean visible = !name.startsWith(".") || component.text().startsWith(".");
            if (visible && component.pattern() != null && component.pattern().matches(name)) {
                Boolean found = below(directory + "/" + name, at + 1);
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
