package dev.capdrop.linux.offline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.unit.FileText;
import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The unit files below a root directory, within limits on the size of a file, on all of them
/// together and on the names of a directory.
final class RootUnitTree implements UnitTree {
    /// systemd takes no line longer than that.
    private static final int MAX_FILE = 1 << 20;

    private static final long MAX_TOTAL = 64L << 20;
    private static final int MAX_NAMES = 20_000;
    private static final int EXECUTABLE = 0111;

    private final SafeRoot root;
    private long total;

    /// The tree below `root`, which stays open as long as this is used.
    RootUnitTree(SafeRoot root) {
        this.root = root;
    }

    @Override
    public List<String> list(String directory) {
        try {
            return root.list(directory, MAX_NAMES);
        } catch (IOException none) {
            return List.of();
        }
    }

    @Override
    public @Nullable String link(String path) {
        try {
            FileStatus status = root.lstat(path);
            return status != null && status.symlink() ? root.readlink(path) : null;
        } catch (IOException none) {
            return null;
        }
    }

    @Override
    public FileText read(String path) {
        try {
            if (root.stat(path) == null) {
                return new FileText.Missing();
            }
            if (total > MAX_TOTAL) {
                return new FileText.Unreadable(
                        "'" + path + "' is beyond the " + (MAX_TOTAL >> 20) + " MiB that are read");
            }
            byte[] bytes = root.read(path, MAX_FILE);
            total += bytes.length;
            return new FileText.Text(new String(bytes, UTF_8));
        } catch (IOException e) {
            return new FileText.Unreadable(e.getMessage() == null ? e.toString() : e.getMessage());
        }
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
