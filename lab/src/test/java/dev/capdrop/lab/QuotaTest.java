package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a container may use, by its control group, of whichever version this host's is.
@NeedsContainers
final class QuotaTest {
    private static final String MOST = "60";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();

    @Test
    void aUnitThatGetsNoProcessIsSaidToHaveUsedUpThoseOfItsContainer() throws IOException {
        String key = Files.exists(Path.of("/sys/fs/cgroup/pids")) ? "lxc.cgroup" : "lxc.cgroup2";
        try (LabContainer container =
                bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED, key + ".pids.max = " + MOST)) {
            container.writeService(
                    "hog.service",
                    List.of("DefaultDependencies=no"),
                    "TasksMax=infinity",
                    "ExecStart=/usr/bin/perl -e 'for (;;) { my $p = fork; defined $p or select(undef,"
                            + " undef, undef, 0.1); defined $p && !$p && sleep 600 }'");
            container.writeService("late.service", List.of(), "ExecStart=/bin/sleep 5");
            // what systemctl and the boot still had running has made room for the hog by then
            container.write(
                    "/etc/systemd/system/late.timer",
                    "[Timer]\nOnActiveSec=6\nOnUnitInactiveSec=10\nAccuracySec=100ms\n",
                    "rw-r--r--");
            container.boot();
            container.attach("systemctl", "start", "--no-block", "hog.service", "late.timer");
            // A program for each look inside would be one process too many there.
            String full = "(59|60) of " + MOST + " processes of the container are used";
            Pattern wanted = Pattern.compile("late[.]service.*" + full);
            String said = "";
            Tool tool = Tool.of(bench, state);
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!wanted.matcher(said).find() && System.nanoTime() < end) {
                said = tool.run("check", container.name()).out().replaceAll("\\s+", " ");
                Command.of("sleep", "0.3").runOrFail();
            }
            assertThat(said).containsPattern(wanted);
        }
    }
}
