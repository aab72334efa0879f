package dev.capdrop.core.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The choice of a unit's last lines that are shown: the last two that are worth it; where neither
/// tells what went wrong, or is the one that the cause was read from, that one for the older.
final class ShownLines {
    private static final int LINES = 2;

    /// Lines that tell nothing: what points at the line above it, what a shell or wg-quick(8) is
    /// about to do, and what leads to an error in a script.
    private static final Pattern NOISE =
            Pattern.compile("^[\\s~^]*$|^(\\[#]|\\+) |^Traceback |^\\s*File \".*\", line [0-9]+");

    /// Lines that only say that it ended, or where else to read why.
    private static final Pattern WRAP_UP =
            Pattern.compile(
                    "(?i)(?:could not start server|examine the log output|action '[\\w-]{1,20}' failed"
                            + "|error log may have more information|\\bslapd stopped"
                            + "|initialization failed"
                            + "|\\berrors?(?:\\(s\\))? found in config[^\\n]{0,200}"
                            + "|configuration file \\S{1,200} test failed"
                            + "|exiting (?:\\(?due to fatal error\\)?|with failure status[^\\n]{0,60})"
                            + "|exited with status [0-9]{1,3}:?)[.]?\\s*$");

    private static final Pattern TELLING =
            Pattern.compile(
                    "(?i)denied|not permitted|no space left|read-only|no such|not found|cannot|can't"
                            + "|could not|unable|fail|error|fatal|invalid|refused|unknown");

    /// Lines that a cause is read from and that are no rows of [Telling].
    private static final Pattern READ_FROM =
            Pattern.compile("(?i)address (?:already )?in use|reception only permitted");

    private ShownLines() {}

    /// Returns at most two, in their order.
    static List<String> of(Patient patient, Cause cause) {
        List<String> lines = worth(patient.trouble().log());
        List<String> own = own(patient);
        List<String> ending = own.isEmpty() ? lines : own;
        List<String> last = ending.subList(Math.max(0, ending.size() - LINES), ending.size());
        String source = Telling.line(lines, cause);
        for (Pattern telling : List.of(READ_FROM, TELLING)) {
            if (source == null && last.stream().noneMatch(line -> telling.matcher(line).find())) {
                source = newest(telling, lines);
            }
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
        List<String> telling =
                lines.stream().filter(line -> !WRAP_UP.matcher(line).find()).toList();
        if (!telling.isEmpty()) {
            return telling;
        }
        return lines.isEmpty() ? log : new ArrayList<>(lines);
    }

    /// Returns what its own program wrote: systemd begins with the unit's name.
    static List<String> own(Patient patient) {
        String manager = patient.unit().name() + ": ";
        return worth(
                patient.trouble().log().stream()
                        .filter(line -> !line.startsWith(manager))
                        .toList());
    }

    private static @Nullable String newest(Pattern telling, List<String> lines) {
        return lines.reversed().stream()
                .filter(line -> telling.matcher(line).find())
                .findFirst()
                .orElse(null);
    }

    static boolean tells(String line) {
        return TELLING.matcher(line).find();
    }
}
