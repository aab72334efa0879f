package dev.capdrop.linux.scan;

import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Programs.ProgramFile.Reading;
import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Looks at the programs that units execute (systemd.service(5), "Command lines"), and for file
/// capabilities and set-ID bits in the directories where systemd and shells look programs up, and
/// beside what units execute elsewhere.
public final class ProgramReader {
    /// The program that each engine cannot do without.
    private static final Map<String, String> ENGINES =
            Map.of(
                    "dockerd", "docker",
                    "containerd", "containerd",
                    "runc", "runc",
                    "crun", "crun",
                    "podman", "podman");

    private static final int MOST_NAMES = 20_000;
    private static final int MOST_PROGRAMS = 5_000;
    private static final String OVERDUE = "not all programs were looked at: the time was up";
    private static final int SET_UID = 04000;
    private static final int SET_GID = 02000;

    private final SafeRoot root;
    private final Deadline deadline;
    private final List<String> problems;
    private final Map<String, ProgramFile> files = new LinkedHashMap<>();
    private final TreeSet<String> engines = new TreeSet<>();

    @SuppressWarnings("exports")
    public ProgramReader(SafeRoot root, Deadline deadline, List<String> problems) {
        this.root = root;
        this.deadline = deadline;
        this.problems = problems;
    }

    public boolean overdue() {
        return problems.contains(OVERDUE);
    }

    /// Returns the programs that these units execute, and those that raise their caller.
    public Programs read(List<UnitState> units) {
        units.forEach(this::addPrograms);
        Programs.PATH.forEach(this::search);
        files.keySet().stream()
                .map(Programs::ownFolder)
                .filter(folder -> !folder.isEmpty())
                .distinct()
                .toList()
                .forEach(this::search);
        if (full()) {
            problems.add(
                    files.size() >= MOST_PROGRAMS
                            ? "not all programs were looked at: they are too many"
                            : OVERDUE);
        }
        return new Programs(List.copyOf(files.values()), false, List.copyOf(engines));
    }

    private void addPrograms(UnitState unit) {
        for (Setting setting : unit.detail().settings()) {
            String program =
                    RecordedSettings.isCommand(setting.key())
                            ? RecordedSettings.ExecLine.parse(setting.value()).program()
                            : "";
            boolean nameable = !program.isEmpty() && program.indexOf('%') < 0;
            if (nameable && !files.containsKey(program) && !full()) {
                files.put(program, program.startsWith("/") ? at(program) : lookedUp(program));
            }
        }
    }

    private boolean full() {
        return files.size() >= MOST_PROGRAMS || deadline.passed();
    }

    private ProgramFile at(String path) {
        try {
            ProgramFile file = look(path, 0);
            return file == null ? unknown(path, Reading.UNREADABLE) : file;
        } catch (IOException e) {
            return unknown(
                    path, ErrnoException.isAbsence(e) ? Reading.MISSING : Reading.UNREADABLE);
        }
    }

    private static ProgramFile unknown(String path, Reading reading) {
        return new ProgramFile(path, reading, "", false, false, 0);
    }

    private ProgramFile lookedUp(String name) {
        for (String directory : Programs.PATH) {
            ProgramFile file = at(directory + "/" + name);
            if (file.reading() != Reading.MISSING) {
                return file.named(name);
            }
        }
        return unknown(name, Reading.MISSING);
    }

    /// Adds the programs of a directory that give more than their caller has, and the engines.
    private void search(String directory) {
        List<Libc.DirectoryEntry> entries;
        try {
            Libc.FileStatus status = root.lstat(directory);
            // where /bin is a link to /usr/bin its programs are found there
            entries =
                    status != null && status.directory()
                            ? root.entries(directory, MOST_NAMES + 1)
                            : List.of();
            if (entries.size() > MOST_NAMES) {
                problems.add(
                        "'"
                                + directory
                                + "' holds more than "
                                + MOST_NAMES
                                + " programs; the rest was not looked at");
                entries = entries.subList(0, MOST_NAMES);
            }
        } catch (IOException e) {
            problems.add("programs could not be looked for: " + e.getMessage());
            return;
        }
        for (Libc.DirectoryEntry entry : entries) {
            String engine = ENGINES.get(entry.name());
            if (engine != null) {
                engines.add(engine);
            }
            String path = directory + "/" + entry.name();
            if (entry.maybeRegular() && !full() && !files.containsKey(path)) {
                searched(path);
            }
        }
    }

    private void searched(String path) {
        try {
            ProgramFile file = look(path, Libc.O_NOFOLLOW);
            if (file != null && file.raises()) {
                files.put(path, file);
            }
        } catch (IOException gone) {
            // it was removed, or hidden below a mount, after its directory was listed
        }
    }

    /// Returns null for any other than a regular file.
    private @Nullable ProgramFile look(String path, int flags) throws IOException {
        try (Descriptor file = root.openPath(path, flags)) {
            Libc.FileStatus status = Libc.fstat(file);
            if (!status.regular()) {
                return null;
            }
            byte[] attribute =
                    Libc.getxattr(file, FileCapabilities.ATTRIBUTE, FileCapabilities.MAX_BYTES);
            return new ProgramFile(
                    path,
                    Reading.READ,
                    HexFormat.of().formatHex(attribute),
                    (status.permissions() & SET_UID) != 0,
                    (status.permissions() & SET_GID) != 0,
                    Integer.toUnsignedLong(status.uid()));
        }
    }
}
