package dev.capdrop.linux.root;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.unit.FileText;
import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.FileStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The unit files below a root directory, within limits on the size of a file, on all of them
/// together and on the names of a directory. Where a limit is met, a sentence says so.
public final class RootUnitTree implements UnitTree {
    /// systemd takes no line longer than that.
    private static final int MAX_FILE = 1 << 20;

    private static final long MAX_TOTAL = 64L << 20;
    private static final int MAX_NAMES = 20_000;
    private static final int MOST_PROBLEMS = 20;
    private static final int EXECUTABLE = 0111;
    private static final char NOT_UTF8 = '\uFFFD';

    private final SafeRoot root;
    private final Set<String> problems = new LinkedHashSet<>();
    private final Map<String, String> links = new HashMap<>();
    private String lastPath = "";
    private FileText lastText = new FileText.Missing();
    private long total;

    /// The tree below `root`, which stays open as long as this is used.
    public RootUnitTree(SafeRoot root) {
        this.root = root;
    }

    @Override
    public List<String> list(String directory) {
        try {
            List<String> names = root.list(directory, MAX_NAMES + 1);
            if (names.size() > MAX_NAMES) {
                note(
                        "'"
                                + directory
                                + "' holds more than "
                                + MAX_NAMES
                                + " names; the rest was not looked at");
                return names.subList(0, MAX_NAMES);
            }
            return names;
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOENT) {
                note(String.valueOf(e.getMessage()));
            }
            return List.of();
        } catch (IOException e) {
            note(String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private void note(String problem) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(problem);
        }
    }

    /// What could not be listed, one sentence each.
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /// Asked for several times of the same path: a look costs the kernel more than us.
    @Override
    public @Nullable String link(String path) {
        String target = links.computeIfAbsent(path, this::target);
        return target.isEmpty() ? null : target;
    }

    /// Empty where no symlink stands; the target of one never is.
    private String target(String path) {
        try {
            FileStatus status = root.lstat(path);
            return status != null && status.symlink() ? root.readlink(path) : "";
        } catch (IOException none) {
            return "";
        }
    }

    /// The last is kept: who asks whether a file is empty reads it next.
    @Override
    public FileText read(String path) {
        if (!path.equals(lastPath)) {
            lastText = fresh(path);
            lastPath = path;
        }
        return lastText;
    }

    private FileText fresh(String path) {
        if (total > MAX_TOTAL) {
            return new FileText.Unreadable(
                    "'" + path + "' is beyond the " + (MAX_TOTAL >> 20) + " MiB that are read");
        }
        try {
            byte[] bytes = root.read(path, MAX_FILE);
            total += bytes.length;
            return new FileText.Text(new String(bytes, UTF_8));
        } catch (ErrnoException e) {
            return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR
                    ? missing(path)
                    : new FileText.Unreadable(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new FileText.Unreadable(String.valueOf(e.getMessage()));
        }
    }

    private static FileText missing(String path) {
        return path.indexOf(NOT_UTF8) < 0
                ? new FileText.Missing()
                : new FileText.Unreadable("'" + path + "' was not read: its name is not UTF-8");
    }

    @Override
    public boolean executable(String path) {
        try {
            FileStatus status = root.stat(path);
            return status != null && status.regular() && (status.permissions() & EXECUTABLE) != 0;
        } catch (IOException unreadable) {
            return false;
        }
    }
}
