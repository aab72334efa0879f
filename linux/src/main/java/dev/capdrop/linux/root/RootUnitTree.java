package dev.capdrop.linux.root;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.linux.libc.DirectoryCursor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Libc.FileStatus;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The unit files below a root directory, within limits on the size of a file, on all of them
/// together and on the names of a directory. Where a limit is met, a sentence says so.
public final class RootUnitTree implements UnitTree {
    /// The length of systemd's longest line.
    private static final int MAX_FILE = 1 << 20;

    private static final long MAX_TOTAL = 64L << 20;
    private static final int MAX_NAMES = 20_000;
    private static final int MOST_KEPT_NAMES = 100_000;
    private static final int MOST_PROBLEMS = 20;
    private static final int EXECUTABLE = 0111;
    private static final Set<String> DOTS = Set.of("", ".", "..");
    private static final char NOT_UTF8 = '\uFFFD';

    private final SafeRoot root;
    private final Set<String> problems = new LinkedHashSet<>();
    private final Map<String, String> links = new HashMap<>();
    private final Map<String, Map<String, Libc.DirectoryEntry>> directories = new HashMap<>();
    private int keptNames;
    private long total;

    public RootUnitTree(SafeRoot root) {
        this.root = root;
    }

    @Override
    public List<String> list(String directory) {
        Map<String, Libc.DirectoryEntry> known = directories.get(directory);
        return known != null ? List.copyOf(known.keySet()) : listed(directory);
    }

    private List<String> listed(String directory) {
        try {
            List<Libc.DirectoryEntry> entries = root.entries(directory, MAX_NAMES + 1);
            if (entries.size() <= MAX_NAMES) {
                keep(directory, entries);
                return entries.stream().map(Libc.DirectoryEntry::name).toList();
            }
            note(
                    "'"
                            + directory
                            + "' holds more than "
                            + MAX_NAMES
                            + " names; the rest was not looked at");
            return entries.stream().limit(MAX_NAMES).map(Libc.DirectoryEntry::name).toList();
        } catch (IOException e) {
            if (e instanceof ErrnoException refused
                    && refused.errno() == ErrnoException.Errno.ENOENT) {
                keep(directory, List.of());
            } else {
                note(String.valueOf(e.getMessage()));
            }
            return List.of();
        }
    }

    /// Keeps a directory's entries, which answer most questions about the names in it.
    private void keep(String directory, List<Libc.DirectoryEntry> entries) {
        keptNames += 1 + entries.size();
        if (keptNames <= MOST_KEPT_NAMES) {
            Map<String, Libc.DirectoryEntry> byName = new LinkedHashMap<>();
            entries.forEach(entry -> byName.merge(entry.name(), entry, RootUnitTree::either));
            directories.put(directory, byName);
        }
    }

    /// Merges entries of one name: names that are not UTF-8 may come out as the same one.
    private static Libc.DirectoryEntry either(
            Libc.DirectoryEntry first, Libc.DirectoryEntry second) {
        return first.type() == second.type()
                ? first
                : new Libc.DirectoryEntry(first.name(), DirectoryCursor.DT_UNKNOWN);
    }

    private boolean isAbsent(String path) {
        Map<String, Libc.DirectoryEntry> around = directories.get(parent(path));
        return around != null && !DOTS.contains(name(path)) && !around.containsKey(name(path));
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private void note(String problem) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(problem);
        }
    }

    public List<String> problems() {
        return List.copyOf(problems);
    }

    /// The answer is kept, since the same path is asked for several times.
    @Override
    public @Nullable String link(String path) {
        Map<String, Libc.DirectoryEntry> around = directories.get(parent(path));
        Libc.DirectoryEntry entry = around == null ? null : around.get(name(path));
        if (around != null && (entry == null || !entry.maybeSymlink())) {
            return null;
        }
        String target = links.computeIfAbsent(path, this::target);
        return target.isEmpty() ? null : target;
    }

    private String target(String path) {
        return Errand.or("", () -> requireNonNullElse(root.readlink(path), ""));
    }

    @Override
    public FileText read(String path) {
        if (isAbsent(path)) {
            return missing(path);
        }
        if (total > MAX_TOTAL) {
            return new FileText.Unreadable(
                    "'" + path + "' is beyond the " + (MAX_TOTAL >> 20) + " MiB that are read");
        }
        try {
            byte[] bytes = root.read(path, MAX_FILE);
            total += bytes.length;
            return new FileText.Text(UnitFile.text(bytes));
        } catch (IOException e) {
            return ErrnoException.isAbsence(e)
                    ? missing(path)
                    : new FileText.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static FileText missing(String path) {
        return path.indexOf(NOT_UTF8) < 0
                ? new FileText.Missing()
                : new FileText.Unreadable("'" + path + "' was not read: its name is not UTF-8");
    }

    @Override
    public boolean isEmpty(String path) {
        FileStatus file = file(path);
        return file != null && file.size() == 0;
    }

    @Override
    public boolean executable(String path) {
        FileStatus file = file(path);
        return file != null && (file.permissions() & EXECUTABLE) != 0;
    }

    private @Nullable FileStatus file(String path) {
        FileStatus status = Errand.orNull(() -> root.stat(path));
        return status != null && status.regular() ? status : null;
    }
}
