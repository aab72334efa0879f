package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.Observation.Tallies;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The units of a container by the inodes of their control groups' directories (kernfs;
/// cgroups(7)), of which the kernel makes a new one each time that a unit starts.
///
/// The kernel reports a new one by its path from the top of the hierarchy (`perf_event_cgroup()`),
/// but a host that is a container itself sees paths from its cgroup namespace's. The part above is
/// learnt from the first group that is found by its inode, or, where the kernel reports only groups
/// that the container makes, from the first path that holds the container's in one place only. No
/// other path is believed: any container can give its group the name of another's.
final class ControlGroups {
    /// The limit, which a unit restarting every second reaches in a day; the oldest are forgotten.
    static final int MOST = 1 << 16;

    private static final Path OWN = Path.of("/proc/self/ns/cgroup");

    private static final String INITIAL = "cgroup:[4026531835]";
    private static final int DEEPEST = 32;

    /// The duration of a long walk, which is repeated only after a rest of so many times as long,
    /// so that a maker of endless control groups does not keep the watch from its work.
    private static final long LONG_NANOS = 100_000_000L;

    private static final int REST = 20;

    /// More than the number of the kernel's files in a control group.
    private static final int KERNELS = 256;

    /// A name that no unit has, for control groups outside of the container.
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
                    return size() > most;
                }
            };

    /// The part of the kernel's paths above those that this process sees; null while unknown.
    private @Nullable String above;

    private final Map<Long, String> told = new LinkedHashMap<>();

    private final int most;

    private boolean forgot;
    private long nextWalk = System.nanoTime();

    /// @param alone whether nobody asks but for groups of the container, and the kernel reports no
    ///   others (`event_filter_match()`)
    ControlGroups(Descriptor top, PayloadCgroup payload, boolean alone) throws IOException {
        this(top, payload, alone, Files.readSymbolicLink(OWN).toString().equals(INITIAL), MOST);
    }

    ControlGroups(Descriptor top, PayloadCgroup payload, boolean alone, boolean whole, int most) {
        this.most = most;
        this.above = whole ? "" : null;
        this.top = top;
        this.payload = payload;
        this.alone = alone;
    }

    /// Reads the present groups again, unless a long walk was made a short time ago and is not the
    /// `last`; returns whether it has.
    boolean walkAgain(boolean last) throws IOException {
        if (!last && System.nanoTime() - nextWalk < 0) {
            return false;
        }
        walk();
        return true;
    }

    void rest(long nanos) {
        nextWalk = System.nanoTime() + nanos;
    }

    /// Reads the present groups, those nearest to the top first: units are there, and no number of
    /// groups below one hides another.
    void walk() throws IOException {
        long begun = System.nanoTime();
        found(Libc.fstat(top).inode(), payload.path());
        Deque<Group> next = new ArrayDeque<>();
        next.add(new Group(".", payload.path(), 0));
        int walked = 0;
        while (!next.isEmpty() && walked <= most) {
            walked += look(next.remove(), next, most - walked);
        }
        forgot |= walked > most;
        addTold();
        long took = System.nanoTime() - begun;
        rest(took < LONG_NANOS ? 0 : took * REST);
    }

    private record Group(String name, String path, int depth) {}

    /// Returns the number of members, one more than `limit` where there are more.
    private int look(Group group, Deque<Group> next, int limit) throws IOException {
        int count = 0;
        for (String name : children(group.name, limit)) {
            if (++count > limit) {
                return count;
            }
            Group child =
                    new Group(group.name + "/" + name, group.path + "/" + name, group.depth + 1);
            int flags = Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW;
            try (Descriptor open = Libc.openat(top, child.name, flags, 0)) {
                found(Libc.fstat(open).inode(), child.path);
                if (child.depth < DEEPEST) {
                    next.add(child);
                }
            } catch (ErrnoException removedMeanwhile) {
                // its unit has ended
            }
        }
        return count;
    }

    private List<String> children(String name, int limit) throws IOException {
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW;
        try (Descriptor directory = Libc.openat(top, name, flags, 0)) {
            return Libc.getdents(directory, limit + KERNELS).stream()
                    .filter(Libc.DirectoryEntry::isDirectory)
                    .map(Libc.DirectoryEntry::name)
                    .toList();
        } catch (ErrnoException removedMeanwhile) {
            return List.of();
        }
    }

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

    /// @param path from the top of the hierarchy
    void add(long id, String path) {
        if (above == null) {
            if (told.size() < most) {
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

    /// Returns the part above the container's path in its group's; null where ambiguous.
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

    /// Settles a group that a [walk][#walk] did not find as no unit's, or not the container's, so
    /// that nobody walks again for it.
    String settled(long id) {
        return units.computeIfAbsent(id, _ -> alone ? "" : OUTSIDE);
    }

    /// Whether a check may have been attributed to no unit, for groups were forgotten.
    boolean forgot() {
        return forgot;
    }

    List<String> names() {
        return List.copyOf(names);
    }

    /// Returns the unit of a control group, empty for one that is no unit's; null where unknown.
    @Nullable String unit(long id) {
        return units.get(id);
    }
}
