package dev.capdrop.linux.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// When a process started (proc_pid_stat(5), `starttime`; proc_stat(5), `btime`).
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

    private static Instant bootTime() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/stat"))) {
            if (line.startsWith("btime ")) {
                return Instant.ofEpochSecond(Long.parseLong(line.substring(6).strip()));
            }
        }
        throw new IOException("no btime in '/proc/stat'");
    }
}
