package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The containers that the bench makes are what administrators have, with the trouble they have.
///
/// Which units fail depends on the host's kernel, too (`/sys/kernel/config`, a module's file), so
/// that the tests name those that any kernel refuses.
@NeedsContainers
final class BenchTest {
    private static final String NOTHING_DROPPED = "000001ffffffffff";
    private final Bench bench = Bench.shared();

    @Test
    void anUnprivilegedTrixieIsDegradedByWhatTheKernelRefuses() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            assertThat(container.failedUnits())
                    .contains("sys-kernel-debug.mount", "systemd-modules-load.service");
            assertThat(bounding(container)).isEqualTo(NOTHING_DROPPED);
        }
    }

    @Test
    void anUnprivilegedBookwormIsDegraded() throws IOException {
        try (LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            assertThat(container.failedUnits()).contains("sys-kernel-debug.mount");
        }
    }

    @Test
    void anUnprivilegedBullseyeCannotListenToTheAuditLog() throws IOException {
        try (LabContainer container = bench.make(Suite.BULLSEYE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            assertThat(container.failedUnits())
                    .contains("sys-kernel-debug.mount", "systemd-journald-audit.socket");
        }
    }

    @Test
    void aPrivilegedContainerIsRunning() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.PRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("running");
            assertThat(container.failedUnits()).isEmpty();
        }
    }

    @Test
    void whatTheConfigurationDropsIsGoneFromTheBoundingSet() throws IOException {
        try (LabContainer container =
                bench.make(
                        Suite.TRIXIE,
                        Privilege.UNPRIVILEGED,
                        "lxc.cap.drop = sys_rawio sys_module")) {
            assertThat(container.boot()).isEqualTo("running");
            assertThat(bounding(container)).isEqualTo("000001fffffcffff");
        }
    }

    @Test
    void aFilePutIntoTheRootBelongsToTheContainersRoot() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.write("/usr/local/bin/hello", "#!/bin/sh\nid -u\n", "rwx------");
            container.start();
            container.settled();
            assertThat(container.attach("/usr/local/bin/hello").out()).isEqualTo("0\n");
        }
    }

    @Test
    void aClosedContainerIsGone() throws IOException {
        LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        container.start();
        Path init = Path.of("/proc", Long.toString(container.initPid()));
        container.close();
        assertThat(init).doesNotExist();
        assertThat(container.configFile()).doesNotExist();
    }

    private static String bounding(LabContainer container) throws IOException {
        Path status = Path.of("/proc", Long.toString(container.initPid()), "status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("CapBnd:"))
                .map(line -> line.substring("CapBnd:".length()).strip())
                .findFirst()
                .orElseThrow();
    }
}
