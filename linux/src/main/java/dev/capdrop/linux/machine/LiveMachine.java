package dev.capdrop.linux.machine;

import dev.capdrop.core.condition.MountStatus;
import dev.capdrop.core.condition.PathStatus;
import dev.capdrop.core.unit.FileText;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.root.MountWalk;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A running container, as its next boot will find it: its files through its init's root, and what
/// the kernel and the runtime put below /proc and /sys.
public final class LiveMachine extends ContainerMachine {
    private static final String UNIFIED_LIMIT = "/sys/fs/cgroup/memory.max";
    private static final String LEGACY_LIMIT = "/sys/fs/cgroup/memory/memory.limit_in_bytes";

    /// The container whose root this is.
    public LiveMachine(InitFacts init, SafeRoot root) {
        super(init, root);
    }

    @Override
    public @Nullable PathStatus path(String path) {
        return status(path, true);
    }

    @Override
    public @Nullable PathStatus link(String path) {
        return status(path, false);
    }

    private @Nullable PathStatus status(String path, boolean follow) {
        if (temporary(path)) {
            return null;
        }
        try {
            FileStatus status = follow ? root.stat(path) : root.lstat(path);
            return status == null
                    ? PathStatus.MISSING
                    : status(status, () -> root.list(path, NAMES));
        } catch (IOException notOnTheRoot) {
            return elsewhere(notOnTheRoot) ? across(path, follow) : null;
        }
    }

    private @Nullable PathStatus across(String path, boolean follow) {
        try (MountWalk.Found found = root.across(path, follow)) {
            if (found.temporary()) {
                return null;
            }
            FileStatus status = found.status();
            return status == null ? PathStatus.MISSING : status(status, () -> found.names(NAMES));
        } catch (IOException unreachable) {
            return null;
        }
    }

    private static boolean elsewhere(IOException e) {
        return e instanceof ErrnoException refused && refused.errno() == Errno.EXDEV;
    }

    @Override
    public FileText text(String path) {
        if (temporary(path)) {
            return unreadable(path);
        }
        try (MountWalk.Found found = root.across(path, true)) {
            if (found.temporary()) {
                return unreadable(path);
            }
            String text = found.text(TEXT);
            return text != null
                    ? new FileText.Text(text)
                    : found.status() == null ? new FileText.Missing() : unreadable(path);
        } catch (IOException unreachable) {
            return unreadable(path);
        }
    }

    private static FileText unreadable(String path) {
        return new FileText.Unreadable("'" + path + "' cannot be read");
    }

    @Override
    public @Nullable List<String> names(String directory) {
        if (temporary(directory)) {
            return null;
        }
        try (MountWalk.Found found = root.across(directory, true)) {
            return found.temporary() ? null : found.names(NAMES);
        } catch (IOException unreachable) {
            return null;
        }
    }

    @Override
    public @Nullable MountStatus mount(String path) {
        try (MountWalk.Found found = root.across(path, true)) {
            return new MountStatus(
                    found.mount().type(),
                    found.mount().readOnly(),
                    found.mountPoint(),
                    found.mount().device());
        } catch (IOException unreachable) {
            return null;
        }
    }

    /// What its control group allows, where that is less than all there is.
    @Override
    public @Nullable Long memory() {
        Long all = KernelFacts.memory();
        for (String file : List.of(UNIFIED_LIMIT, LEGACY_LIMIT)) {
            if (all != null && text(file) instanceof FileText.Text(String text)) {
                String limit = text.strip();
                boolean less = limit.matches("[0-9]{1,18}") && Long.parseLong(limit) < all;
                return less ? Long.valueOf(limit) : all;
            }
        }
        return init().memoryLimited() ? null : all;
    }
}
