package dev.capdrop.linux.perf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.observe.Observation.Tallies;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup;
import dev.capdrop.linux.root.HostFile.Bounded;
import module java.base;

/// Finds the services of a container that work, by the processor time of their control groups
/// (`usage_usec` in `cpu.stat`; Documentation/admin-guide/cgroup-v2.rst): work need not ask for a
/// capability. The time between two looks counts, for an idle service wakes up now and then; one
/// that came up between two looks is in its start until the next.
final class WorkTimes {
    /// The time of a handful of answers to requests, in microseconds.
    private static final long WORK = 1000;

    private static final String FILE = "cpu.stat";
    private static final String USAGE = "usage_usec ";
    private static final String SLICE = ".slice";
    private static final int LARGEST = 4096;
    private static final int DEEPEST = 8;
    private static final int MOST_ENTRIES = 1 << 16;
    private static final int DIRECTORY = Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW;

    private record Taken(long micros, boolean started) {}

    private final Descriptor top;
    private final PayloadCgroup payload;
    private final Set<String> worked = new TreeSet<>();
    private Map<Long, Taken> before = new HashMap<>();
    private boolean begun;

    WorkTimes(Descriptor top, PayloadCgroup payload) {
        this.top = top;
        this.payload = payload;
    }

    /// Services at the first look are past their start.
    void look() {
        Map<Long, Taken> now = new HashMap<>();
        String systemd = payload.systemd().substring(payload.path().length());
        try (Descriptor own = Libc.openat(top, "." + systemd, DIRECTORY, 0)) {
            walk(own, "", DEEPEST, now);
        } catch (IOException stopped) {
            // it has stopped
        }
        before = now;
        begun = true;
    }

    private void walk(Descriptor slice, String path, int depth, Map<Long, Taken> now)
            throws IOException {
        if (depth == 0) {
            return;
        }
        for (Libc.DirectoryEntry entry : Libc.getdents(slice, MOST_ENTRIES)) {
            String name = entry.name();
            if (!entry.isDirectory() || !(name.endsWith(SLICE) || name.endsWith(".service"))) {
                continue;
            }
            try (Descriptor below = Libc.openat(slice, name, DIRECTORY, 0)) {
                if (name.endsWith(SLICE)) {
                    walk(below, path + "/" + name, depth - 1, now);
                } else {
                    compare(UnitCgroup.unitBelow(path + "/" + name), below, now);
                }
            } catch (IOException ended) {
                // it has ended meanwhile
            }
        }
    }

    private void compare(String unit, Descriptor group, Map<Long, Taken> now) throws IOException {
        if (unit.isEmpty() || worked.contains(unit) || worked.size() >= Tallies.MOST_UNITS) {
            return;
        }
        long id = Libc.fstat(group).inode();
        long micros = usage(group);
        Taken last = before.get(id);
        if (last != null && last.started && micros - last.micros >= WORK) {
            worked.add(unit);
        }
        now.put(id, new Taken(micros, !begun || last != null));
    }

    private static long usage(Descriptor group) throws IOException {
        try (Descriptor file = Libc.openat(group, FILE, Libc.O_RDONLY | Libc.O_NOFOLLOW, 0)) {
            String text = new String(Bounded.read(file, FILE, LARGEST), UTF_8);
            for (String line : text.split("\n")) {
                if (line.startsWith(USAGE)) {
                    return Long.parseLong(line.substring(USAGE.length()));
                }
            }
            return 0;
        }
    }

    Set<String> worked() {
        return worked;
    }
}
