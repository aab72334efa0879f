package dev.capdrop.linux.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InotifyInstancesTest {
    private static final int MOST = 100_000;

    private static long used() throws IOException {
        InotifyInstances all = new InotifyInstances(Deadline.in(Duration.ofSeconds(30)));
        try (ProcDir self = ProcDir.open((int) ProcessHandle.current().pid())) {
            return all.count(all.charged(self), MOST);
        }
    }

    /// Others of this machine open and close some at any time: so many at once they do not.
    @Test
    void whatThisProcessOpensCounts() throws IOException {
        long before = used();
        List<WatchService> opened = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                opened.add(FileSystems.getDefault().newWatchService());
            }
            assertThat(used()).isBetween(before + 6, before + 18);
        } finally {
            for (WatchService one : opened) {
                one.close();
            }
        }
    }

    @Test
    void countingEndsAtTheLimitAndInTime() throws IOException {
        InotifyInstances late = new InotifyInstances(Deadline.in(Duration.ofSeconds(-1)));
        assertThatThrownBy(() -> late.count(0, MOST)).hasMessage("not counted in time");
        try (WatchService _ = FileSystems.getDefault().newWatchService();
                ProcDir self = ProcDir.open((int) ProcessHandle.current().pid())) {
            InotifyInstances all = new InotifyInstances(Deadline.in(Duration.ofSeconds(30)));
            assertThat(all.count(all.charged(self), 1)).isEqualTo(1);
        }
    }

    @Test
    void theLimitIsTheKernels() throws IOException {
        Process cat = new ProcessBuilder("cat", "/proc/sys/fs/inotify/max_user_instances").start();
        String limit = new String(cat.getInputStream().readAllBytes(), UTF_8).strip();
        Quota fullest = InotifyInstances.fullest(Deadline.in(Duration.ofSeconds(30)));
        assertThat(fullest).isNotNull();
        assertThat(fullest.limit()).hasToString(limit);
    }
}
