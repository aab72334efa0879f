package dev.capdrop.core.diagnosis;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.document.ResourceTable;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The choice of a unit's last lines that are shown: the last two that are worth it; where neither
/// tells what went wrong, or is the one that the cause was read from, that one for the older.
final class ShownLines {
    /// Lines that tell nothing: what points at the line above it, what a shell or wg-quick(8) is
    /// about to do, and what leads to an error in a script or follows one.
    private static final Pattern NOISE =
            Pattern.compile(
                    "^[\\s~^]*$|^(\\[#]|\\+) |^Stack trace:$|^#[0-9]+ |^Traceback "
                            + "|^\\s*File \".*\", line [0-9]+, in |^\\s+at [\\w$.<]|^\\s+(?:errno|code"
                            + "|syscall|path|address|port|requireStack): |^[{}\\[\\], ]+$");

    private static final int LINES = 2;

    /// Lines that only say that it ended, or where else to read why.
    private static final Pattern WRAP_UP =
            Pattern.compile(
                    ResourceTable.rows("diagnosis/wrap-up.tsv").stream()
                            .map(cells -> cells[0])
                            .collect(Collectors.joining("|", "(?i)(?:", ")[.!]?\\s*$")));

    /// Words of lines that say why.
    private static final Pattern TELLING =
            Pattern.compile(
                    "(?i)denied|not permitted|no space left|read-only|no such|not found|cannot"
                            + "|can't|could not|unable|fail|error|fatal|invalid|refused|unknown");

    /// Lines that a cause is read from and that are no rows of [Telling].
    private static final Pattern READ_FROM =
            Pattern.compile(Signatures.IN_USE.pattern() + "|reception only permitted");

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

    /// Returns what its program wrote, or systemd if none ran: it begins with the unit's name.
    static List<String> own(Patient patient) {
        if (patient.isToldOfBySystemd()) {
            return worth(patient.trouble().log());
        }
        String manager = patient.unit().name() + ": ";
        return worth(
                patient.trouble().log().stream()
                        .filter(line -> !line.startsWith(manager))
                        .toList());
    }

    private static @Nullable String newest(Pattern telling, List<String> lines) {
        return Names.find(lines.reversed(), line -> telling.matcher(line).find());
    }

    static boolean tells(String line) {
        return TELLING.matcher(line).find();
    }
}
