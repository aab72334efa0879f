package dev.capdrop.linux.perf;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile.Bounded;
import module java.base;

/// The CPUs of this machine, a folder each, which the kernel makes anew whenever one comes
/// (`topology_add_dev()` in drivers/base/topology.c).
final class Cpus {
    private static final String FOLDER = "/sys/devices/system/cpu/";
    private static final int LIMIT = 4096;

    /// Returns the working CPUs by number, each with what tells it from the same one at work anew.
    static Map<Integer, Long> online() throws IOException {
        Map<Integer, Long> online = new TreeMap<>();
        for (int cpu : parse(Bounded.text(FOLDER + "online", LIMIT).strip())) {
            online.put(cpu, identity(FOLDER + "cpu" + cpu + "/topology"));
        }
        return online;
    }

    /// Returns the inode of the folder; a CPU without one is always the same.
    private static long identity(String folder) throws IOException {
        try (Descriptor made = Libc.open(folder, Libc.O_PATH)) {
            return Libc.fstat(made).inode();
        } catch (ErrnoException none) {
            none.unless(ErrnoException.Errno.ENOENT);
            return 0;
        }
    }

    static List<Integer> parse(String list) {
        List<Integer> cpus = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return cpus;
    }
}
