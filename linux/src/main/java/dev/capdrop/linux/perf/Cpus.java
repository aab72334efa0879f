package dev.capdrop.linux.perf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.Bounded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The CPUs of this machine.
final class Cpus {
    private static final String ONLINE = "/sys/devices/system/cpu/online";
    private static final int LIMIT = 4096;

    private Cpus() {}

    /// Those that work now, by number.
    static List<Integer> online() throws IOException {
        try (Descriptor file =
                Libc.openat(Descriptor.WORKING_DIRECTORY, ONLINE, Libc.O_RDONLY, 0)) {
            return parse(new String(Bounded.read(file, ONLINE, LIMIT), UTF_8).strip());
        }
    }

    /// @param list as in `0-3,5`
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
