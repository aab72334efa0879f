package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A mount of a disk that is not there, beside a unit that fails for a capability: what was lost to
/// the device is named, as the cause where the boot ended in emergency mode.
@NeedsContainers
final class LostDeviceTest {
    private static final String UNITS = "/etc/systemd/system/";

    @TempDir Path state = Path.of("");

    @ParameterizedTest
    @CsvSource({"requires, maintenance", "wants, degraded"})
    void whatADeviceThatNeverCameKeptBackIsNamedBelowIt(String tie, String ends)
            throws IOException {
        Bench bench = Bench.shared();
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.write(
                    UNITS + "mnt-data.mount",
                    "[Mount]\nWhat=/dev/nosuch\nWhere=/mnt/data\nType=ext4\n",
                    "rw-r--r--");
            container.write(
                    UNITS + "dev-nosuch.device.d/soon.conf",
                    "[Unit]\nJobRunningTimeoutSec=2s\n",
                    "rw-r--r--");
            Path ties = container.rootfs().resolve(UNITS.substring(1) + "local-fs.target." + tie);
            Files.createSymbolicLink(
                    Files.createDirectories(ties).resolve("mnt-data.mount"),
                    Path.of(UNITS + "mnt-data.mount"));
            assertThat(container.boot()).isEqualTo(ends);
            Command.Result check = Tool.of(bench, state).run("check", container.name());
            String said = check.out().replaceAll("\\s+", " ");
            assertThat(said)
                    .as(check.toString())
                    .contains("sys-kernel-debug.mount")
                    .containsPattern(
                            "dev-nosuch\\.device systemd waited for this device, and it never came"
                                    + " and [0-9]+ units? (is|are) not up because of it:"
                                    + " .*mnt-data\\.mount");
            String emergency = "the boot ended in emergency mode because of dev-nosuch.device";
            if (ends.equals("maintenance")) {
                assertThat(said).contains(emergency);
            } else {
                assertThat(said).doesNotContain("emergency mode");
            }
        }
    }
}
