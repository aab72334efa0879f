package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A container that is restarted all the time while it is read: what is said is of one boot, or
/// that it cannot be told.
@NeedsContainers
final class RestartedWhileReadTest {
    private static final int READINGS = 4;
    private static final String MOUNT = "sys-kernel-debug.mount";
    private static final Capability ASKED = Capability.of("sys_rawio");

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger boots = new AtomicInteger();

    /// Every other boot is without the capability for which the mount fails, so that facts of two
    /// boots contradict each other.
    private void restart(LabContainer container, String with, String without) {
        try {
            while (!over.get()) {
                container.kill();
                container.setConfig(boots.getAndIncrement() % 2 == 0 ? without : with);
                container.start();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noFactsOfTwoBootsAreMixedAndNoCallOfTheKernelIsQuoted() throws Exception {
        Tool tool = Tool.of(bench, temp.resolve("state"));
        try (LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED)) {
            SmallBoot.of(container);
            assertThat(container.boot()).isEqualTo("degraded");
            String with = container.config();
            String without = with + "lxc.cap.drop = sys_rawio\n";
            Thread owner = Thread.ofPlatform().start(() -> restart(container, with, without));
            try {
                for (int i = 0; i < READINGS || boots.get() <= READINGS; i++) {
                    read(tool, container.name());
                }
            } finally {
                over.set(true);
                owner.join();
            }
            assertThat(boots.get()).isGreaterThan(READINGS);
        }
    }

    private void read(Tool tool, String name) throws IOException {
        assertSane(tool.run("check", name));
        assertSane(tool.run("explain", name));
        assertSane(tool.run("explain", MOUNT + "@" + name));
        assertSane(tool.run("plan", name, "--timeout", "5s"));
        Path file = temp.resolve("snapshot.json");
        Command.Result result = tool.run("snapshot", name, "-o", file.toString());
        assertSane(result);
        if (result.exit() == 0) {
            Snapshot snapshot = SnapshotJson.read(Files.readAllBytes(file), "it").snapshot();
            assertThat(isOfTwoBoots(snapshot)).as(Files.readString(file)).isFalse();
        }
    }

    private static boolean isOfTwoBoots(Snapshot snapshot) {
        UnitState mount = snapshot.systemd() == null ? null : snapshot.systemd().unit(MOUNT);
        return mount != null
                && mount.failed()
                && !requireNonNull(snapshot.init()).bounding().contains(ASKED);
    }

    private static void assertSane(Command.Result result) {
        assertThat(result.exit()).as(result.toString()).isBetween(0, 2);
        assertThat(result.out() + result.err())
                .as(result.toString())
                .doesNotContainIgnoringCase("exception")
                .doesNotContain("no such process", "(openat", "mistake in capdrop", ": null");
    }
}
