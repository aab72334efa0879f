package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.trial.Copies;
import dev.capdrop.linux.libc.Libc.FileStatus;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import dev.capdrop.linux.runtime.LxcCopies.LxcControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a container has to be before copies of it are made.
final class LxcCopiesTest {
    @TempDir private Path temp;

    private static String other(int mode, int uid, int gid) {
        return LxcCopies.otherThanRoot(new FileStatus(mode, uid, gid, 0, 0, "0:1", 1, 1), 100000);
    }

    @Test
    void whatOnlyRootCanWriteToIsRoots() {
        assertThat(other(0100644, 0, 0)).isEmpty();
        assertThat(other(0040770, 0, 0)).isEmpty();
        assertThat(other(0100640, 0, 1000)).isEmpty();
    }

    @Test
    void whatOthersCanWriteToIsNot() {
        assertThat(other(0100600, 1000, 0)).isEqualTo("uid 1000");
        assertThat(other(0100646, 0, 0)).isEqualTo("everybody");
        assertThat(other(0100660, 0, 1000)).isEqualTo("gid 1000");
    }

    @Test
    void theContainersRootUserMayOwnItsFolder() {
        assertThat(other(0040770, 100000, 0)).isEmpty();
        assertThat(other(0040777, 100000, 0)).isEqualTo("everybody");
        assertThat(other(0040770, 100001, 0)).isEqualTo("uid 100001");
    }

    @Test
    void aPlaceThatOthersCanWriteToIsNamed() throws IOException {
        Path file = Files.createFile(temp.resolve("config"));
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "only root's files are root's");
        LxcCopies.requireRoots(file, 0);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(() -> LxcCopies.requireRoots(file, 0))
                .hasMessageStartingWith("'" + file + "' can be written to by everybody");
    }

    @Test
    void roomIsMeasuredInMebibytes() {
        assertThat(RoomWatch.lacking("/a", 256L << 20, "")).isEmpty();
        assertThat(RoomWatch.lacking("/a", (256L << 20) - 1, "")).contains("has 255 MiB left");
    }

    /// Against the host's own LXC and overlays; nothing is booted.
    @Test
    void onlyRootReadsACopysConfigurationAndAfterTheEndNoneIsMade() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lxc-start")), "lxc is not installed");
        assumeTrue(Files.getAttribute(temp, "unix:uid").equals(0), "only root mounts overlays");
        Path root = Files.createDirectories(temp.resolve("web/rootfs"));
        String file = temp.resolve("web/config").toString();
        String own = "lxc.rootfs.path = dir:" + root + "\nlxc.idmap = u 0 100000 65536\n";
        ContainerId web = new ContainerId(RuntimeKind.LXC, "web", temp.toString());
        ConfigurationText text =
                new ConfigurationText(file, Map.of(file, own), Map.of(), 0, Map.of());
        Path state = temp.resolve("state");
        Copies copies =
                LxcCopies.of(
                        new Original(web, text, 40, state, false, false, ""),
                        root,
                        new NothingRuns());
        ContainerId copy = copies.make(CapabilitySet.of("mknod"));
        Path config = Path.of(copy.configPath());
        assertThat(Files.getPosixFilePermissions(config))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(config)).contains("lxc.cap.drop = mknod");
        copies.close();
        assertThat(config.getParent()).doesNotExist();
        ContainerId none = copies.make(CapabilitySet.EMPTY);
        assertThat(Path.of(none.configPath())).doesNotExist();
        assertThatThrownBy(() -> copies.start(none, Duration.ofSeconds(1)))
                .hasMessageStartingWith("the trial has ended");
    }

    /// Nothing runs, and nothing may be started.
    static final class NothingRuns implements LxcControl {
        @Override
        public void start(ContainerId container, Duration timeout, Run run) {
            throw new AssertionError("it was to start " + container);
        }

        @Override
        public boolean start(ContainerId container, Duration timeout) {
            throw new AssertionError("it was to start " + container);
        }

        @Override
        public boolean running(ContainerId container) {
            return false;
        }

        @Override
        public void stop(ContainerId container, Duration timeout, boolean force) {}

        @Override
        public void kill(ContainerId container) {}
    }
}
