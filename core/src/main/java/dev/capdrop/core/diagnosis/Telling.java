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
    LIBRARY_VERSION,
    PERL_MODULE,
    PYTHON_MODULE,
    INOTIFY_WATCHES,
    KEYS,
    NO_SPACE,
    SYSCTL_KEY,
    HOSTS_SETTING,
    READ_ONLY,
    MODULE,
    INTERFACE_TYPE,
    INTERFACE,
    SUBORDINATE_IDS,
    LOOP_DEVICE,
    IO_URING,
    BPF,
    SOCKET_KIND,
    PRIVILEGES,
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
    LOCKED_MEMORY,
    HUGE_PAGES,
    MEMORY,
    FOREIGN_OWNER,
    DATA_VERSION,
    LOGIN,
    FILE_SYSTEM,
    RESOLVE,
    NO_ADDRESS,
    REDIS,
    CONFIGURATION,
    JSON,
    VARIABLE,
    NOT_CONNECTED_TO,
    NOT_CONNECTED,
    NO_TARGET,
    NO_FILE,
    /// Of what was not up in time only.
    WAITS,
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

    /// What is looked for in all lines at once: the address stands above the error, and why there
    /// is no such interface above the attempt to take it away.
    private static final Set<Telling> OF_ALL = Set.of(NOT_CONNECTED_TO, INTERFACE_TYPE);

    /// What stands in the last two lines where it is the reason: many get over it.
    private static final Set<Telling> AT_THE_END = Set.of(NO_FILE);

    private static final Set<Telling> LATE =
            Set.of(WAITS, RESOLVE, NOT_CONNECTED_TO, NOT_CONNECTED);

    private static final Set<Telling> UNPRIVILEGED = Set.of(BPF, FOREIGN_OWNER, SUBORDINATE_IDS);

    private static final Set<Telling> BEHIND = Set.of(PING, LOW_PORT, REFUSED, NOT_PERMITTED);

    private static final Set<Telling> OF_USERS = Set.of(PING, LOW_PORT);

    private Row row() {
        return requireNonNull(ROWS.get(this));
    }

    Cause.Told told(String name, Cause.@Nullable OwnExit end) {
        return new Cause.Told(
                row().sentence.replace(name.isEmpty() ? ": %s" : "%s", name),
                row().words,
                row().remedy.replace("%s", name).replace("%d", debian(name)),
                end);
    }

    private static String debian(String module) {
        return "lib" + module.toLowerCase(Locale.ROOT).replace("::", "-") + "-perl";
    }

    static Cause.@Nullable Told of(Patient patient, Cause.@Nullable OwnExit end, boolean behind) {
        List<String> all = ShownLines.own(patient);
        List<String> last = all.subList(Math.max(0, all.size() - 2), all.size());
        // the last two say how it ended; an older one may be of something that it got over
        for (List<String> lines : List.of(last, all)) {
            for (Telling row : values()) {
                boolean fits = BEHIND.contains(row) == behind && row != WAITS;
                if (fits && row.concerns(patient)) {
                    List<String> read = AT_THE_END.contains(row) ? last : lines;
                    Cause.Told told = row.in(OF_ALL.contains(row) ? all : read, end);
                    if (told != null) {
                        return told;
                    }
                }
            }
        }
        return null;
    }

    /// Why it was not up in time, where its lines tell.
    static Cause.@Nullable Told late(Patient patient) {
        List<String> lines = ShownLines.own(patient);
        for (Telling row : values()) {
            Cause.Told told = LATE.contains(row) ? row.in(lines, null) : null;
            if (told != null) {
                return told;
            }
        }
        return null;
    }

    /// That a mount wants what a container does not have, where mount(8) says so.
    static Cause.@Nullable Told ofMount(Patient patient) {
        return LOOP_DEVICE.in(patient.trouble().log(), null);
    }

    private boolean concerns(Patient patient) {
        return (!OF_USERS.contains(this) || patient.runsAsUser())
                && (!UNPRIVILEGED.contains(this) || patient.init().unprivileged());
    }

    private Cause.@Nullable Told in(List<String> lines, Cause.@Nullable OwnExit end) {
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
        if (!(cause instanceof Cause.Told told)) {
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
