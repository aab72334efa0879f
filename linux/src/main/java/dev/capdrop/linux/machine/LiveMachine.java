package dev.capdrop.linux.machine;

import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.MountWalk;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A running container, as its next boot will find it: its files through its init's root, and those
/// that the kernel and the runtime put below /proc and /sys.
public final class LiveMachine extends ContainerMachine {
    private static final String UNIFIED_LIMIT = "/sys/fs/cgroup/memory.max";
    private static final String LEGACY_LIMIT = "/sys/fs/cgroup/memory/memory.limit_in_bytes";

    @SuppressWarnings("exports")
    public LiveMachine(InitFacts init, SafeRoot root) {
        super(init, root);
    }

    @Override
    @Nullable PathStatus status(String path, boolean follow) {
        if (isTemporary(path)) {
            return null;
        }
        try (Descriptor file = root.openPath(path, follow ? 0 : Libc.O_NOFOLLOW)) {
            return status(path, Libc.fstat(file), () -> root.list(path, NAMES));
        } catch (ErrnoException refused) {
            return refused.errno() == Errno.EXDEV ? across(path, follow) : without(refused);
        } catch (IOException unreachable) {
            return null;
        }
    }

    private @Nullable PathStatus across(String path, boolean follow) {
        try (MountWalk.Found found = root.across(path, follow)) {
            return found.temporary() ? null : status("", found.status(), () -> found.names(NAMES));
        } catch (ErrnoException refused) {
            return without(refused);
        } catch (IOException unreachable) {
            return null;
        }
    }

    @Override
    FileText fileText(String path) {
        if (isTemporary(path)) {
            return unreadable(path);
        }
        try (MountWalk.Found found = root.across(path, true)) {
            String text = found.temporary() ? null : found.text(TEXT);
            return text == null ? unreadable(path) : new FileText.Text(text);
        } catch (ErrnoException refused) {
            return without(refused) == null ? unreadable(path) : new FileText.Missing();
        } catch (IOException unreachable) {
            return unreadable(path);
        }
    }

    @Override
    public @Nullable List<String> names(String directory) {
        if (isTemporary(directory) || isOpen(directory)) {
            return null;
        }
        try (MountWalk.Found found = root.across(directory, true)) {
            return found.temporary() ? null : all(found.names(NAMES));
        } catch (ErrnoException refused) {
            return without(refused) == null ? null : List.of();
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

    /// Returns the limit of its control group, where that is less than all there is.
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
