package dev.capdrop.linux.machine;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.core.condition.Machine.MountStatus;
import dev.capdrop.core.condition.Machine.PathStatus;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.core.unit.Words;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.SafeRoot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A stopped container, as its next boot will find it: its root directory, LXC's mounts on it, and
/// the host's own /proc and /sys.
public final class RootMachine extends ContainerMachine implements AutoCloseable {
    private static final Path PROC = Path.of("/proc");
    private static final Path SYS = Path.of("/sys");
    private static final Pattern OF_PROCESS = Pattern.compile("/proc/(?!1(/|$))[0-9]+(/.*)?");
    private static final int MOST_TARGETS = 4096;

    private final SafeRoot proc;
    private final SafeRoot sys;
    private final List<String> mounted;
    private final LxcMounts automatic;

    /// The targets of symlinks so far, empty for other files: many paths begin alike.
    private final Map<String, String> targets = new HashMap<>();

    private RootMachine(
            LiveMachine.InitFacts init,
            SafeRoot root,
            SafeRoot proc,
            SafeRoot sys,
            List<String> mounted,
            LxcMounts automatic) {
        super(init, root);
        this.proc = proc;
        this.sys = sys;
        this.mounted = List.copyOf(mounted);
        this.automatic = automatic;
    }

    /// Opens the container below `root`.
    ///
    /// @param mounted the absolute paths of its configuration's mounts
    /// @param automatic its values of `lxc.mount.auto`
    /// @throws IOException when this machine has no /proc or /sys
    @SuppressWarnings("exports")
    public static RootMachine open(
            LiveMachine.InitFacts init, SafeRoot root, List<String> mounted, List<String> automatic)
            throws IOException {
        LxcMounts own = LxcMounts.of(automatic, init.unprivileged());
        return Descriptor.Handover.of(
                SafeRoot.of(PROC),
                proc -> new RootMachine(init, root, proc, SafeRoot.of(SYS), mounted, own));
    }

    /// A path without symlinks on the way, below the root that answers for it.
    private record Place(SafeRoot root, String below, String path) {
        Descriptor open(boolean follow) throws IOException {
            return root.openPath(below, follow ? 0 : Libc.O_NOFOLLOW);
        }
    }

    private Place place(String path) {
        return isBelow(path, "/proc")
                ? new Place(proc, "/" + path.substring("/proc".length()), path)
                : isBelow(path, "/sys")
                        ? new Place(sys, "/" + path.substring("/sys".length()), path)
                        : new Place(root, path, path);
    }

    /// Returns where a path leads; null where only the boot itself tells.
    private @Nullable Place find(String path, boolean follow) throws IOException {
        PathWalk walk = new PathWalk(path, follow);
        while (walk.next()) {
            if (onlyTheBootTells(walk.here())) {
                return null;
            }
            String target = walk.mayFollow() ? target(walk.here()) : "";
            if (!target.isEmpty()) {
                walk.follow(target);
            }
        }
        return place(walk.here());
    }

    private String target(String path) throws IOException {
        String known = targets.get(path);
        if (known != null) {
            return known;
        }
        String target = read(path);
        if (targets.size() < MOST_TARGETS) {
            targets.put(path, target);
        }
        return target;
    }

    /// Returns an empty text for anything but a symlink. proc(5)'s `self` is PID 1 here.
    private String read(String path) throws IOException {
        if (path.equals("/proc/self")) {
            return "1";
        }
        if (path.equals("/proc/thread-self")) {
            return "1/task/1";
        }
        Place here = place(path);
        if (isMountOfHost(here)) {
            return "";
        }
        return requireNonNullElse(here.root().readlink(here.below()), "");
    }

    private boolean onlyTheBootTells(String path) {
        return isTemporary(path)
                || isOfNamespace(path)
                || path.startsWith("/sys/fs/cgroup/")
                || OF_PROCESS.matcher(path).matches()
                || mounted.stream().anyMatch(point -> path.startsWith(point + "/"));
    }

    @Override
    @Nullable PathStatus look(String path, boolean follow) throws IOException {
        boolean usual = !mounted.contains("/dev") && !mounted.contains(path);
        PathStatus device = usual ? LxcMounts.device(path) : null;
        Place place = device == null ? find(path, follow) : null;
        return place == null ? device : isMountOfHost(place) ? DIRECTORY : ofPlace(place, follow);
    }

    private PathStatus ofPlace(Place place, boolean follow) throws IOException {
        try (Descriptor file = place.open(follow)) {
            Libc.FileStatus found = Libc.fstat(file);
            return found.directory() && mounted.contains(place.path())
                    ? DIRECTORY
                    : status(place.path(), found, () -> place.root().list(place.below(), NAMES));
        }
    }

    /// Whether the host has mounted something on this directory of /proc or /sys, which exists in a
    /// container too.
    private boolean isMountOfHost(Place place) throws IOException {
        Path above = Path.of(place.below()).getParent();
        if (place.root() == root || above == null) {
            return false;
        }
        try {
            place.root().stat(place.below());
            return false;
        } catch (ErrnoException refused) {
            return refused.errno() == ErrnoException.Errno.EXDEV
                    && place.root().stat(above.toString()) != null;
        }
    }

    @Override
    @Nullable String content(String path) throws IOException {
        Place place = find(path, true);
        return place == null ? null : place.root().readText(place.below(), TEXT);
    }

    @Override
    @Nullable List<String> listed(String directory) throws IOException {
        Place place = find(directory, true);
        return place == null || isOpen(place.path())
                ? null
                : place.root().list(place.below(), NAMES);
    }

    @Override
    public @Nullable MountStatus mount(String path) {
        try {
            Place place = find(path, true);
            String at = place == null ? path : place.path();
            if (mounted.stream().anyMatch(point -> isBelow(at, point))) {
                return null;
            }
            MountStatus given = automatic.at(at, bounding());
            if (given != null || place == null || place.root() != root || isInFstab(at)) {
                return given;
            }
            return ofRoot(place);
        } catch (IOException unreadable) {
            return null;
        }
    }

    /// Whether fstab(5) mounts something there, or cannot be read.
    private boolean isInFstab(String path) {
        return switch (text("/etc/fstab")) {
            case FileText.Text(String text) ->
                    text.lines()
                            .map(line -> line.strip().split("\\s+"))
                            .anyMatch(fields -> fields.length > 1 && isBelow(path, fields[1]));
            case FileText.Missing _ -> false;
            case FileText.Unreadable _ -> true;
        };
    }

    private static @Nullable MountStatus ofRoot(Place place) throws IOException {
        Libc.FileStatus status = place.root().stat(place.below());
        boolean point = place.path().equals("/");
        return status == null
                ? null
                : new MountStatus(MountStatus.SOME_TYPE, false, point, status.device());
    }

    @Override
    public @Nullable Long memory() {
        return init().memoryLimited() ? null : LiveMachine.KernelFacts.memory();
    }

    @Override
    public void close() {
        proc.close();
        sys.close();
    }

    /// A walk along a path, component by component and as text (path_resolution(7)): the caller
    /// says where a symlink leads.
    private static final class PathWalk {
        private static final int MOST_LINKS = 40;

        private final boolean followLast;
        private final Deque<String> open;
        private final List<String> way = new ArrayList<>();
        private int links;

        PathWalk(String path, boolean followLast) {
            this.open = new ArrayDeque<>(Words.ofPath(path));
            this.followLast = followLast;
        }

        boolean next() {
            while (!open.isEmpty()) {
                String component = open.pop();
                if (!component.equals("..")) {
                    way.add(component);
                    return true;
                }
                if (!way.isEmpty()) {
                    way.removeLast();
                }
            }
            return false;
        }

        String here() {
            return "/" + String.join("/", way);
        }

        boolean mayFollow() {
            return (followLast || !open.isEmpty()) && links < MOST_LINKS;
        }

        void follow(String target) {
            links++;
            way.removeLast();
            if (target.startsWith("/")) {
                way.clear();
            }
            Words.ofPath(target).reversed().forEach(open::push);
        }
    }
}
