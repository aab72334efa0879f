package dev.capdrop.linux.root;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.unit.Words;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.FileStatus;
import dev.capdrop.linux.libc.Handover;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks a path of an adversary's tree component by component, so that a mount is only entered once
/// it is known to answer by itself.
///
/// Source: path_resolution(7); the limit on symlinks is the kernel's.
public final class MountWalk {
    private static final int MOST_LINKS = 40;
    private static final int MOST_COMPONENTS = 1000;
    private static final long ONE_STEP = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_MAGICLINKS;

    private final Descriptor root;
    private final MountTable mounts;
    private final HostMounts host;

    MountWalk(Descriptor root, MountTable mounts, HostMounts host) {
        this.root = root;
        this.mounts = mounts;
        this.host = host;
    }

    /// The end of a path.
    ///
    /// @param file opened with O_PATH
    /// @param mountPoint whether it is that mount's root
    /// @param temporary whether a mount on the way is gone with the container and not made anew by
    ///   the runtime, as it makes those below /proc and /sys
    public record Found(
            Descriptor file,
            FileStatus status,
            MountTable.Mount mount,
            boolean mountPoint,
            boolean temporary)
            implements AutoCloseable {
        /// Reads a regular file; null when it is none.
        ///
        /// @param limit the most bytes that are acceptable
        /// @throws IOException when it is larger
        public @Nullable String text(int limit) throws IOException {
            if (!status.regular()) {
                return null;
            }
            try (Descriptor opened = Libc.reopen(file, Libc.TO_READ)) {
                return new String(Bounded.read(opened, "file", limit), UTF_8);
            }
        }

        /// Returns at most `limit` names in a directory; none where it is no directory.
        public List<String> names(int limit) throws IOException {
            return status.directory() ? Libc.names(file, limit) : List.of();
        }

        @Override
        public void close() {
            file.close();
        }
    }

    private record Place(Descriptor file, FileStatus status) {}

    /// @throws ErrnoException ENOENT or ENOTDIR where nothing is there
    /// @throws IOException where it leads into a mount that may never answer, or too far
    Found find(String path, boolean follow) throws IOException {
        Deque<Place> way = new ArrayDeque<>();
        way.push(
                new Place(
                        Libc.openat(root, ".", Libc.O_PATH | Libc.O_DIRECTORY, 0),
                        Libc.fstat(root)));
        try {
            return walk(way, path, follow);
        } finally {
            way.forEach(place -> place.file().close());
        }
    }

    private Found walk(Deque<Place> way, String path, boolean follow) throws IOException {
        Deque<String> open = new ArrayDeque<>(Words.ofPath(path));
        int links = 0;
        int steps = 0;
        boolean served = path.matches("/+(proc|sys)(/.*)?");
        boolean temporary = false;
        while (!open.isEmpty()) {
            if (++steps > MOST_COMPONENTS) {
                throw new IOException("'" + path + "' has too many components");
            }
            String component = open.pop();
            if (component.equals("..")) {
                if (way.size() > 1) {
                    way.pop().file().close();
                }
                continue;
            }
            Place here = way.getFirst();
            List<String> init = ofInit(component);
            if (!init.isEmpty() && mount(here, path).type().equals("proc")) {
                init.reversed().forEach(open::push);
                continue;
            }
            Place next = step(here, component);
            boolean link = next.status().symlink() && (follow || !open.isEmpty());
            if (!link) {
                way.push(next);
                temporary |= !served && mount(next, path).temporary();
                continue;
            }
            String target = target(next);
            if (++links > MOST_LINKS) {
                throw new IOException("'" + path + "' has too many symlinks");
            }
            while (target.startsWith("/") && way.size() > 1) {
                way.pop().file().close();
            }
            Words.ofPath(target).reversed().forEach(open::push);
        }
        return found(way, path, temporary);
    }

    /// Returns what proc(5)'s `self` or `thread-self` is here: the container's PID 1.
    private static List<String> ofInit(String component) {
        return switch (component) {
            case "self" -> List.of("1");
            case "thread-self" -> List.of("1", "task", "1");
            default -> List.of();
        };
    }

    private Found found(Deque<Place> way, String path, boolean temporary) throws IOException {
        Place end = way.pop();
        boolean point =
                way.isEmpty() || way.getFirst().status().mountId() != end.status().mountId();
        return new Found(end.file(), end.status(), mount(end, path), point, temporary);
    }

    private static String target(Place link) throws IOException {
        try (Descriptor file = link.file()) {
            return Libc.readlinkat(file, "");
        }
    }

    private Place step(Place from, String component) throws IOException {
        if (mounts.mountsOnEntry(from.status().mountId(), component)) {
            throw new IOException("'" + component + "' is mounted by who enters it");
        }
        return Handover.of(opened(from, component), file -> new Place(file, Libc.fstat(file)));
    }

    /// Opens a component; a mount is entered in a step of its own, once it is known.
    private Descriptor opened(Place from, String component) throws IOException {
        int flags = Libc.O_PATH | Libc.O_NOFOLLOW;
        try {
            return Libc.openat2(from.file(), component, flags, ONE_STEP | Libc.RESOLVE_NO_XDEV);
        } catch (ErrnoException refused) {
            refused.unless(Errno.EXDEV);
        }
        return Handover.of(
                Libc.openat2(from.file(), component, flags, ONE_STEP),
                file -> {
                    requireAnswers(mount(SafeRoot.mountOf(file), component), component);
                    return file;
                });
    }

    private void requireAnswers(MountTable.Mount mount, String component) throws IOException {
        boolean prompt =
                switch (mount.backing()) {
                    case KERNEL, DISK -> host.answers(mount);
                    case NETWORK, LAYERS, PROGRAM -> false;
                };
        if (!prompt) {
            throw new IOException(
                    "'%s' is a mount of type '%s', which may never answer"
                            .formatted(component, mount.type()));
        }
    }

    private MountTable.Mount mount(Place place, String path) throws IOException {
        return mount(place.status().mountId(), path);
    }

    private MountTable.Mount mount(long id, String path) throws IOException {
        MountTable.Mount mount = mounts.mount(id);
        if (mount == null) {
            throw new IOException("'" + path + "' was mounted just now");
        }
        return mount;
    }
}
