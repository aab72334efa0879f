package dev.capdrop.linux.proc;

import dev.capdrop.core.snapshot.Init.KernelStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/// The start time of a process (proc_pid_stat(5), `starttime`; proc_uptime(5); random(4)).
///
/// `btime` of proc_stat(5) would not do: it is in whole seconds, and a container starts within the
/// second in which its configuration was written.
final class ProcTime {
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /// USER_HZ is 100 on all architectures in use (times(2)).
    private static final long MILLIS_PER_TICK = 10;

    private static final int FIELDS_BEHIND_NAME = 19;

    private ProcTime() {}

    static Instant started(String stat) throws IOException {
        return started(stat, Files.readString(UPTIME), Instant.now());
    }

    /// Returns the time since the process started, independent of any clock that can be set.
    static Duration age(String stat) throws IOException {
        return age(stat, Files.readString(UPTIME));
    }

    static Duration age(String stat, String uptime) {
        return Duration.ofMillis(up(uptime) - startTicks(stat) * MILLIS_PER_TICK);
    }

    static Instant started(String stat, String uptime, Instant now) throws IOException {
        return now.minus(age(stat, uptime));
    }

    static KernelStart start(String stat) throws IOException {
        return new KernelStart(startTicks(stat), Files.readString(BOOT_ID).strip());
    }

    static long startTicks(String stat) {
        String behindName = stat.substring(stat.lastIndexOf(')') + 2);
        return Long.parseLong(behindName.split(" ")[FIELDS_BEHIND_NAME]);
    }

    private static long up(String uptime) {
        int point = uptime.indexOf('.');
        long seconds = Long.parseLong(uptime.substring(0, point));
        int hundredths = Integer.parseInt(uptime.substring(point + 1, point + 3));
        return seconds * 1000 + hundredths * MILLIS_PER_TICK;
    }
}
