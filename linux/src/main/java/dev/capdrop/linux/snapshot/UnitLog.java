package dev.capdrop.linux.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;

/// The last lines about units in a container's journal: the container's own words. Regular users'
/// processes have files of their own. Of systemd's lines only those count that say more than that a
/// unit failed: the step of setting a process up that failed, and lines without a MESSAGE_ID.
///
/// Source: systemd.journal-fields(7), `_SYSTEMD_UNIT=`, `UNIT=`; journald.conf(5), "Storage=",
/// "SplitMode="; sd-messages.h, SD_MESSAGE_SPAWN_FAILED, SD_MESSAGE_UNIT_PROCESS_EXIT.
final class UnitLog implements AutoCloseable {
    private static final int MOST_MACHINES = 4;
    private static final int MOST_NAMES = 1000;
    private static final int MOST_FILES = 8;
    private static final int MOST_USERS = 4;
    private static final int OF_MANAGER = 4;
    private static final int LOOKED_AT = 12;
    private static final int LOOKED_AT_IN_TRACES = 200;

    /// The lines that are looked at where the last ones are but these few, said again and again.
    private static final int LOOKED_AT_BEHIND = 60;

    private static final int FEW = 6;
    private static final int MOST_LOGS = 20;

    /// The frames of a stack trace, as Java and Node.js, Python, Ruby and Go print them, what
    /// follows an error of Node.js, the options of a usage, and how to submit a bug of dhcpd: they
    /// push the error itself out of the last lines.
    static final Pattern FRAME =
            Pattern.compile(
                    "^\\s+at .*[(:]|^\\s*\\.\\.\\. [0-9]+ (?:more|common frames)"
                            + "|^\\s+from /.*:[0-9]+:in |^\\s*File \".*\", line [0-9]+, in "
                            + "|^\\s+\\S*\\.go:[0-9]+|^goroutine [0-9]+ |^\\s+(?:errno|code|syscall|address"
                            + "|port|path): .*|^\\s+[~^]+\\s*$|^[{}]\\s*$"
                            + "|^\\s+(?:-\\w, )?--?[\\w\\[]|^\\s{16,}\\S|^ {4}\\t|^(?:If you think you have received this |than a configuration issue|bugs on either our|before submitting a b|process and the inf)");

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final int LENGTH = 400;
    private static final long TAIL = 16 << 10;
    private static final long NANOS = 1000;

    /// The µs before a run that count as its beginning: systemd may note it after a first line.
    private static final long BEFORE = 10_000_000;

    private static final String SPAWN_FAILED = "641257651c1b4ec9a8624d7a40a9e1e7";

    private static final String PROCESS_ENDED = "98e322203f7a4ed290d09fe03c09fe15";

    private final SafeRoot root;
    private final JournalFile.Effort effort;
    private final List<JournalFile> files = new ArrayList<>();

    UnitLog(SafeRoot root, Deadline deadline) {
        this.root = root;
        this.effort = new JournalFile.Effort(deadline);
        String machine = root.machineId();
        for (String folder : List.of("/var/log/journal", "/run/log/journal")) {
            List<String> names =
                    machine.isEmpty() ? names(folder, MOST_MACHINES) : List.of(machine);
            names.forEach(name -> open(folder + "/" + name));
        }
    }

    private List<String> names(String folder, int most) {
        return Errand.or(
                List.of(), () -> root.list(folder, MOST_NAMES).stream().limit(most).toList());
    }

    private void open(String folder) {
        List<String> archived = new ArrayList<>();
        List<String> names = new ArrayList<>(List.of("system.journal"));
        for (String name : names(folder, MOST_NAMES)) {
            if (name.startsWith("system@") && name.endsWith(".journal")) {
                archived.add(name);
            } else if (name.matches("user-[0-9]{1,10}\\.journal") && names.size() <= MOST_USERS) {
                names.add(name);
            }
        }
        // their names end in their beginning's time, in hex
        Function<String, String> age = name -> name.substring(name.lastIndexOf('-') + 1);
        archived.sort(Comparator.comparing(age).reversed());
        names.addAll(archived);
        for (String name : names.stream().limit(MOST_FILES).toList()) {
            SafeRoot.RegularFile file = null;
            try {
                file = root.openAcross(folder + "/" + name);
                files.add(new JournalFile(file, effort));
            } catch (IOException noJournal) {
                if (file != null) {
                    file.close();
                }
            }
        }
    }

    /// Returns the last lines of a unit, at most twelve of its own and four of systemd's, oldest
    /// first; none where there is no journal, or it cannot be read.
    ///
    /// Of a program that has ended before journald looks at it nobody knows the unit
    /// (src/journal/journald-context.c): its lines are found by its name.
    ///
    /// @param sinceMicros when its last start began, µs since the epoch
    /// @param programs its programs that no other unit runs which is looked at
    /// @param ends whether systemd's lines of how processes ended are wanted, too: nothing else
    ///   tells it of a unit that is up again, or after a daemon-reload
    List<String> of(String unit, long sinceMicros, Collection<String> programs, boolean ends) {
        long since = sinceMicros - BEFORE;
        List<JournalFile.Line> own = new ArrayList<>();
        List<JournalFile.Line> ofManager = new ArrayList<>();
        add("_SYSTEMD_UNIT=" + unit, since, LOOKED_AT, own);
        add("UNIT=" + unit, since, LOOKED_AT, ofManager);
        boolean traced = own.stream().anyMatch(UnitLog::isFrame);
        if (traced || apart(own).size() < Math.min(own.size(), FEW)) {
            own.clear();
            int most = traced ? LOOKED_AT_IN_TRACES : LOOKED_AT_BEHIND;
            add("_SYSTEMD_UNIT=" + unit, since, most, own);
        }
        own = apart(own);
        own.removeIf(line -> line.message().isBlank());
        if (own.isEmpty()) {
            for (String program : programs) {
                add("SYSLOG_IDENTIFIER=" + program, since, LOOKED_AT, own);
            }
            own.removeIf(line -> line.message().isBlank() || line.ofUnit());
        }
        ofManager.removeIf(line -> line.message().isBlank() || !saysMore(line, ends));
        List<JournalFile.Line> last = newest(own, LOOKED_AT);
        last.addAll(newest(ofManager, OF_MANAGER));
        Collections.sort(last);
        return last.stream().map(line -> text(line.message())).toList();
    }

    private static boolean isFrame(JournalFile.Line line) {
        return FRAME.matcher(line.message()).find();
    }

    /// Returns lines without the frames of stack traces, and of those that differ by their numbers
    /// alone, as of many workers that all end, the newest, the newest first.
    private static List<JournalFile.Line> apart(List<JournalFile.Line> lines) {
        Map<String, JournalFile.Line> byShape = new LinkedHashMap<>();
        for (JournalFile.Line line : newest(lines, lines.size())) {
            if (!isFrame(line)) {
                byShape.putIfAbsent(NUMBER.matcher(line.message()).replaceAll("0"), line);
            }
        }
        return new ArrayList<>(byShape.values());
    }

    private void add(String field, long since, int most, List<JournalFile.Line> lines) {
        for (JournalFile file : files) {
            try {
                lines.addAll(file.last(field, since, most));
            } catch (IOException unreadable) {
                // the lines of the other files are worth having
            }
        }
    }

    /// Returns the newest of these logs that was last written between two times; empty where none
    /// was. A folder, with a slash at its end, stands for the logs in it, those of what was asked
    /// for and the like left out.
    String newest(Collection<String> places, long sinceMicros, long untilMicros) {
        return places.stream()
                .flatMap(this::logs)
                .limit(MOST_LOGS)
                .filter(log -> written(log) >= Math.max(1, sinceMicros - BEFORE))
                .filter(log -> written(log) <= untilMicros)
                .max(Comparator.comparingLong(this::written))
                .orElse("");
    }

    /// When a log was last written, in µs since 1970; 0 for a link, which whoever may write there
    /// can turn to what is not his to show.
    private long written(String log) {
        Libc.FileStatus status = Errand.orNull(() -> root.lstat(log));
        return status == null || !status.regular() ? 0 : status.mtimeNanos() / NANOS;
    }

    private Stream<String> logs(String place) {
        return place.endsWith("/")
                ? names(place, MOST_NAMES).stream()
                        .filter(name ->
                                name.matches("(?!.*(?:access|audit|slow|deprec|gc\\b)).*\\.log"))
                        .map(place::concat)
                : Stream.of(place);
    }

    /// Returns the last lines of a log that a program keeps; none where there is none, or it is
    /// unreadable.
    List<String> ofFile(String path) {
        try (SafeRoot.RegularFile file = root.openAcross(path)) {
            byte[] tail = new byte[(int) Math.min(TAIL, file.size())];
            long from = file.size() - tail.length;
            int length = Libc.pread(file.file(), tail, from);
            List<String> lines =
                    new String(tail, 0, Math.max(0, length), UTF_8)
                            .lines()
                            .skip(from > 0 ? 1 : 0)
                            .filter(line -> !line.isBlank() && line.indexOf('\0') < 0)
                            .map(UnitLog::text)
                            .toList();
            return lines.subList(Math.max(0, lines.size() - LOOKED_AT), lines.size());
        } catch (IOException | IllegalArgumentException unreadable) {
            return List.of();
        }
    }

    private static boolean saysMore(JournalFile.Line line, boolean ends) {
        return line.kind().isEmpty()
                || line.kind().equals(SPAWN_FAILED)
                || (ends && line.kind().equals(PROCESS_ENDED));
    }

    private static List<JournalFile.Line> newest(List<JournalFile.Line> lines, int most) {
        return new ArrayList<>(
                lines.stream().sorted(Comparator.reverseOrder()).limit(most).toList());
    }

    private static String text(String message) {
        String line = message.strip().split("\n", 2)[0].stripTrailing();
        // the end of a chain of reasons is the first of them
        return line.length() <= LENGTH
                ? line
                : line.substring(0, LENGTH / 2) + "…" + line.substring(line.length() - LENGTH / 2);
    }

    @Override
    public void close() {
        files.forEach(JournalFile::close);
    }
}
