package dev.capdrop.linux.machine;

import dev.capdrop.core.condition.MountStatus;
import dev.capdrop.core.condition.PathStatus;
import dev.capdrop.core.unit.FileText;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A container that does not run, as its next boot will find it: its root directory, what LXC
/// mounts on it, and the host's own /proc and /sys, which say of the kernel what a container's
/// will.
public final class RootMachine extends ContainerMachine implements AutoCloseable {
    /// What each network namespace has of its own.
    private static final List<String> OF_NETWORK =
            List.of("/proc/net", "/sys/class/net", "/sys/devices/virtual/net");

    private final SafeRoot proc;
    private final SafeRoot sys;

    private RootMachine(InitFacts init, SafeRoot root, SafeRoot proc, SafeRoot sys) {
        super(init, root);
        this.proc = proc;
        this.sys = sys;
    }

    /// The container that has this root directory.
    ///
    /// @throws IOException when this machine has no /proc or /sys
    public static RootMachine open(InitFacts init, SafeRoot root) throws IOException {
        SafeRoot proc = SafeRoot.of(Path.of("/proc"));
        try {
            return new RootMachine(init, root, proc, SafeRoot.of(Path.of("/sys")));
        } catch (IOException e) {
            proc.close();
            throw e;
        }
    }

    /// A path below the root that answers for it.
    private record Place(SafeRoot root, String path) {}

    /// Null where only the boot itself tells.
    private @Nullable Place place(String path) {
        String plain = path.replaceAll("/+", "/");
        boolean ofNetwork = OF_NETWORK.stream().anyMatch(n -> (plain + "/").startsWith(n + "/"));
        if (temporary(plain) || ofNetwork) {
            return null;
        }
        return isBelow(plain, "/proc")
                ? new Place(proc, "/" + plain.substring("/proc".length()))
                : isBelow(plain, "/sys")
                        ? new Place(sys, "/" + plain.substring("/sys".length()))
                        : new Place(root, plain);
    }

    private static boolean isBelow(String path, String directory) {
        return (path + "/").startsWith(directory + "/");
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
        Place place = place(path);
        if (place == null) {
            return null;
        }
        int flags = follow ? 0 : Libc.O_NOFOLLOW;
        try (Descriptor file = place.root().openPath(place.path(), flags)) {
            return status(Libc.fstat(file), () -> place.root().list(place.path(), NAMES));
        } catch (ErrnoException refused) {
            return without(refused);
        } catch (IOException unreadable) {
            return null;
        }
    }

    @Override
    public FileText text(String path) {
        Place place = place(path);
        try {
            if (place != null) {
                return place.root().stat(place.path()) == null
                        ? new FileText.Missing()
                        : new FileText.Text(place.root().readText(place.path(), TEXT));
            }
        } catch (IOException unreadable) {
            // It is answered below.
        }
        return new FileText.Unreadable("'" + path + "' cannot be read");
    }

    @Override
    public @Nullable List<String> names(String directory) {
        Place place = place(directory);
        if (place == null) {
            return null;
        }
        try {
            return all(place.root().list(place.path(), NAMES));
        } catch (ErrnoException refused) {
            return without(refused) == null ? null : List.of();
        } catch (IOException unreadable) {
            return null;
        }
    }

    @Override
    public @Nullable MountStatus mount(String path) {
        return LxcMounts.of(path, bounding(), init().unprivileged(), root);
    }

    @Override
    public @Nullable Long memory() {
        return init().memoryLimited() ? null : KernelFacts.memory();
    }

    @Override
    public void close() {
        proc.close();
        sys.close();
    }
}
