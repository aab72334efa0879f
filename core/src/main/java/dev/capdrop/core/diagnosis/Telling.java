package dev.capdrop.core.diagnosis;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.document.ResourceTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The reasons that the last lines of a program tell: each a row of the resource `telling.tsv`,
/// where its words stand. The first that fits is taken.
enum Telling {
    LIBRARY,
    PERL_MODULE,
    PYTHON_MODULE,
    NO_SPACE,
    SYSCTL_KEY,
    HOSTS_SETTING,
    READ_ONLY,
    MODULE,
    INTERFACE_TYPE,
    SWAP,
    CLOCK,
    MAKES_DEVICE,
    FUSE,
    NO_DEVICE,
    DEVICE_CLOSED,
    DEVICE_REFUSED,
    LIMIT,
    NO_SYSTEM_CALL,
    TASKS,
    MEMORY,
    REDIS,
    CONFIGURATION,
    JSON,
    VARIABLE,
    NOT_CONNECTED_TO,
    NOT_CONNECTED,
    NO_TARGET,
    /// From here on behind what the container lacks, which may be the reason.
    PING,
    LOW_PORT,
    REFUSED,
    NOT_PERMITTED;

    private static final Map<Telling, Row> ROWS = new EnumMap<>(Telling.class);

    static {
        Map<String, String> parts = new HashMap<>();
        for (String[] cells : ResourceTable.rows("diagnosis/telling.tsv")) {
            if (cells.length == 2) {
                parts.put(cells[0], cells[1]);
                continue;
            }
            String form = cells[4];
            for (Map.Entry<String, String> part : parts.entrySet()) {
                form = form.replace(part.getKey(), part.getValue());
            }
            ROWS.put(
                    ResourceTable.constant(Telling.class, cells[0]),
                    new Row(cells[1], cells[2], cells[3], Pattern.compile(form)));
        }
    }

    private record Row(String words, String sentence, String remedy, Pattern form) {}

    /// What is looked for in all lines at once: the address stands above the error.
    private static final Set<Telling> OF_ALL = Set.of(NOT_CONNECTED_TO);

    private static final Set<Telling> BEHIND = Set.of(PING, LOW_PORT, REFUSED, NOT_PERMITTED);

    private static final Set<Telling> OF_USERS = Set.of(PING, LOW_PORT);

    private Row row() {
        return requireNonNull(ROWS.get(this));
    }

    Cause.Told told(String name, Cause.OwnExit end) {
        return new Cause.Told(
                row().sentence.replace("%s", name),
                row().words,
                row().remedy.replace("%s", name).replace("%d", debian(name)),
                end);
    }

    private static String debian(String module) {
        return "lib" + module.toLowerCase(Locale.ROOT).replace("::", "-") + "-perl";
    }

    static Cause.@Nullable Told of(Patient patient, Cause.OwnExit end, boolean behind) {
        List<String> all = ShownLines.worth(patient.trouble().log());
        // the last two say how it ended; an older one may be of something that it got over
        for (List<String> lines :
                List.of(all.subList(Math.max(0, all.size() - 2), all.size()), all)) {
            for (Telling row : values()) {
                if (BEHIND.contains(row) == behind && row.concerns(patient)) {
                    Cause.Told told = row.in(OF_ALL.contains(row) ? all : lines, end);
                    if (told != null) {
                        return told;
                    }
                }
            }
        }
        return null;
    }

    private boolean concerns(Patient patient) {
        return !OF_USERS.contains(this) || patient.runsAsUser();
    }

    private Cause.@Nullable Told in(List<String> lines, Cause.OwnExit end) {
        String text = String.join("\n", lines);
        for (String line : lines) {
            Matcher matcher = row().form.matcher(line);
            if (matcher.find()) {
                return told(named(matcher), end);
            }
        }
        Matcher matcher = row().form.matcher(text);
        return matcher.find() ? told(named(matcher), end) : null;
    }

    private String named(Matcher matcher) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount() && row().sentence.contains("%s"); i++) {
            String group = matcher.group(i);
            if (group != null) {
                names.add(group);
            }
        }
        return String.join(":", names);
    }

    static @Nullable String line(List<String> lines, Cause cause) {
        if (cause instanceof Cause.Repeated again) {
            return line(lines, again.last());
        }
        if (!(cause instanceof Cause.Told told) || told.end() == null) {
            return null;
        }
        List<Telling> rows = new ArrayList<>(List.of(values()));
        rows.removeIf(row -> !row.row().words.equals(told.words()));
        for (String line : lines) {
            for (Telling row : rows) {
                if (told.equals(row.in(List.of(line), told.end()))) {
                    return line;
                }
            }
        }
        return null;
    }
}
