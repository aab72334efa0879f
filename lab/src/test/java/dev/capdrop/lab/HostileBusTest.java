package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A container whose D-Bus answers what reading would never come to the end of harms itself alone.
/// It is privileged: of another, systemd itself is asked.
@NeedsContainers
final class HostileBusTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int TYPES = 3;
    private static final String SCRIPT = "/hostile-bus.pl";

    @TempDir Path folder = Path.of("");
    private final Bench bench = Bench.shared();

    @Test
    void anArrayThatNeverEndsKeepsNobodyFromReadingTheOtherContainer() throws IOException {
        try (LabContainer good = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED);
                LabContainer hostile = hostile()) {
            assertThat(good.boot()).isEqualTo("degraded");
            hostile.boot();
            Tool tool = Tool.of(bench, folder.resolve("state"));
            Command.Result alone = tool.run("check", good.name(), "--json");
            assertThat(alone.out()).contains("sys-kernel-debug.mount");
            for (int i = 0; i < TYPES; i++) {
                Command.Result check = tool.runWithin(SOON, "check");
                assertThat(check.err()).as(check.toString()).doesNotContain("OutOfMemoryError");
                assertThat(check.out())
                        .as(check.toString())
                        .contains(good.name(), "sys-kernel-debug.mount")
                        .contains(hostile.name())
                        .containsPattern("D-Bus\\s+sent\\s+a\\s+malformed\\s+message");
            }
        }
    }

    private LabContainer hostile() throws IOException {
        LabContainer container = bench.make(Suite.TRIXIE, Privilege.PRIVILEGED);
        container.write(
                SCRIPT,
                Files.readString(Clone.root().resolve("lab/src/test/perl" + SCRIPT)),
                "rw-r--r--");
        SmallBoot.of(container.rootfs(), "dbus-broker.service");
        SmallBoot.service(
                container.rootfs(), "dbus-broker.service", "ExecStart=/usr/bin/perl " + SCRIPT);
        for (String unit : List.of("dbus.service", "dbus.socket")) {
            Path file = container.rootfs().resolve("etc/systemd/system/" + unit);
            Files.createSymbolicLink(file, Path.of("/dev/null"));
        }
        return container;
    }
}
