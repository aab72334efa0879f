package dev.capdrop.core.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which of a unit's last lines are shown: the last two that are worth it; where neither tells what
/// went wrong, or is the one that the cause was read from, that one for the older.
final class ShownLines {
    private static final int LINES = 2;

    /// What points at the line above it, what a shell or wg-quick(8) is about to do, and what leads
    /// to an error in a script.
    private static final Pattern NOISE =
            Pattern.compile("^[\\s~^]*$|^(\\[#]|\\+) |^Traceback |^\\s*File \".*\", line [0-9]+");

    private static final Pattern TELLING =
            Pattern.compile(
                    "(?i)denied|not permitted|no space left|read-only|no such|not found|cannot|can't"
                            + "|could not|unable|fail|error|fatal|invalid|refused|unknown");

    private ShownLines() {}

    static List<String> of(List<String> log, Cause cause) {
        List<String> lines = worth(log);
        List<String> last = lines.subList(Math.max(0, lines.size() - LINES), lines.size());
        String source = Telling.line(lines, cause);
        if (source == null && last.stream().noneMatch(ShownLines::tells)) {
            source = newestTelling(lines);
        }
        if (source == null || last.contains(source)) {
            return List.copyOf(last);
        }
        return last.size() < LINES ? List.of(source) : List.of(source, last.getLast());
    }

    static List<String> worth(List<String> log) {
        LinkedHashSet<String> lines = new LinkedHashSet<>();
        for (String line : log) {
            if (!NOISE.matcher(line).find()) {
                lines.remove(line);
                lines.add(line);
            }
        }
        return lines.isEmpty() ? log : new ArrayList<>(lines);
    }

    private static @Nullable String newestTelling(List<String> lines) {
        return lines.reversed().stream().filter(ShownLines::tells).findFirst().orElse(null);
    }

    private static boolean tells(String line) {
        return TELLING.matcher(line).find();
    }
}
