package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.Tallies;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.UnitCgroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The units of a container by the identities of their control groups, of which the kernel gives a
/// new one each time that a unit starts. A control group's identity is the inode of its directory
/// (kernfs; cgroups(7)).
///
/// The kernel tells of a new one by its path from the top of the hierarchy (`perf_event_cgroup()`).
/// A host that is a container itself sees paths from the top of its cgroup namespace. What stands
/// before these it learns from the first one that it finds by its identity, or, where the kernel
/// tells only of those that the container makes, from the first path that holds the container's in
/// one place only. Nobody else's path is believed: any container can name a group of its own as
/// another one's is called.
final class ControlGroups {
    /// A unit that restarts every second has used them up in a day; the oldest are forgotten.
    private static final int MOST = 1 << 16;

    private static final Path OWN = Path.of("/proc/self/ns/cgroup");

    /// Of the first cgroup namespace (`PROC_CGROUP_INIT_INO`).
    private static final String INITIAL = "cgroup:[4026531835]";

    private static final int DEEPEST = 32;
    private static final int MOST_ENTRIES = 1 << 16;

    /// Stands for the unit of a control group that is not the container's. No unit is called so.
    static final String OUTSIDE = "/";

    private final Descriptor top;
    private final PayloadCgroup payload;
    private final boolean alone;
    private final Set<String> names = new TreeSet<>();
    private final Map<Long, String> units =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
                    return size() > MOST;
                }
            };

    /// What the kernel puts before the paths that this process sees; null while that is not known.
    private @Nullable String above;

    /// The paths that the kernel told of before that was known.
    private final Map<Long, String> told = new LinkedHashMap<>();

    private int walked;
    private boolean forgot;

    /// @param top the directory of the container's control group
    /// @param alone whether nobody asks but for groups of the container, and the kernel tells of no
    ///   others: an event of a control group is for what its processes do (`event_filter_match()`)
    ControlGroups(Descriptor top, PayloadCgroup payload, boolean alone) throws IOException {
        this(top, payload, alone, Files.readSymbolicLink(OWN).toString().equals(INITIAL));
    }

    /// @param whole whether this process sees the whole hierarchy
    ControlGroups(Descriptor top, PayloadCgroup payload, boolean alone, boolean whole) {
        this.above = whole ? "" : null;
        this.top = top;
        this.payload = payload;
        this.alone = alone;
    }

    /// Reads which there are.
    void walk() throws IOException {
        walked = 0;
        found(Libc.fstat(top).inode(), payload.path());
        walk(top, payload.path(), DEEPEST);
        addTold();
    }

    /// Once it is known what stands before their paths.
    private void addTold() {
        if (above != null) {
            told.forEach(this::add);
            told.clear();
        }
    }

    private void found(long id, String path) {
        String whole = above == null ? told.get(id) : null;
        if (whole != null && whole.endsWith(path)) {
            above = whole.substring(0, whole.length() - path.length());
        }
        put(id, path);
    }

    private void walk(Descriptor directory, String path, int depth) throws IOException {
        if (depth == 0) {
            return;
        }
        for (Libc.DirectoryEntry entry : Libc.getdents(directory, MOST_ENTRIES)) {
            if (!entry.isDirectory()) {
                continue;
            }
            if (++walked > MOST) {
                forgot = true;
                return;
            }
            String below = path + "/" + entry.name();
            int flags = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW;
            try (Descriptor child = Libc.openat(directory, entry.name(), flags, 0)) {
                found(Libc.fstat(child).inode(), below);
                walk(child, below, depth - 1);
            } catch (ErrnoException removedMeanwhile) {
                // its unit has ended
            }
        }
    }

    /// Learns of a new one from the kernel.
    ///
    /// @param path from the top of the hierarchy
    void add(long id, String path) {
        if (above == null) {
            if (told.size() < MOST) {
                told.put(id, path);
            }
            if (alone) {
                above = before(path);
                addTold();
            }
        } else if (path.startsWith(above)) {
            put(id, path.substring(above.length()));
        } else {
            put(id, "");
        }
    }

    /// What stands before the container's path in one that it made; null where that may be in more
    /// places than one.
    private @Nullable String before(String path) {
        String container = payload.path() + "/";
        int at = path.indexOf(container);
        return at >= 0 && at == path.lastIndexOf(container) ? path.substring(0, at) : null;
    }

    private void put(long id, String path) {
        String unit = isInside(path) ? unit(path) : OUTSIDE;
        units.put(id, unit);
        if (!unit.isEmpty() && !unit.equals(OUTSIDE) && names.size() < Tallies.MOST_UNITS) {
            names.add(unit);
        }
    }

    private boolean isInside(String path) {
        return path.equals(payload.path()) || path.startsWith(payload.path() + "/");
    }

    private String unit(String path) {
        String systemd = payload.systemd();
        return path.startsWith(systemd + "/")
                ? UnitCgroup.unitBelow(path.substring(systemd.length()))
                : "";
    }

    /// The unit of a control group; one that a [walk][#walk] did not find either is no unit's, or
    /// not the container's, from now on, so that nobody walks again for it.
    String settled(long id) {
        return units.computeIfAbsent(id, _ -> alone ? "" : OUTSIDE);
    }

    /// Whether there were more at a time than are kept, so that a check may have been given to no
    /// unit.
    boolean forgot() {
        return forgot;
    }

    /// The units that had a control group since this was made, by name.
    List<String> names() {
        return List.copyOf(names);
    }

    /// The unit of a control group, empty for one that is no unit's, [#OUTSIDE] for one that is not
    /// the container's; null where it is not known.
    @Nullable String unit(long id) {
        return units.get(id);
    }
}
