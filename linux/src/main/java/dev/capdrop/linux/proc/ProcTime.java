package dev.capdrop.linux.proc;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// When a process started (proc_pid_stat(5), `starttime`; proc_uptime(5)).
final class ProcTime {
    /// USER_HZ is 100 on all architectures in use (times(2)).
    private static final long MILLIS_PER_TICK = 10;

    private static final int FIELDS_BEHIND_NAME = 19;

    private ProcTime() {}

    static Instant started(String stat) throws IOException {
        String behindName = stat.substring(stat.lastIndexOf(')') + 2);
        long ticks = Long.parseLong(behindName.split(" ")[FIELDS_BEHIND_NAME]);
        return bootTime().plusMillis(ticks * MILLIS_PER_TICK);
    }

    /// From the uptime, whose resolution is 10 ms: `btime` of proc_stat(5) is rounded to seconds.
    private static Instant bootTime() throws IOException {
        String uptime = Files.readAllLines(Path.of("/proc/uptime")).getFirst().split(" ")[0];
        long millis = new BigDecimal(uptime).movePointRight(3).longValueExact();
        return Instant.now().minusMillis(millis);
    }
}
