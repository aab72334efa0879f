package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class LxcContainersTest {
    @TempDir Path host;

    private LxcContainers containers(String configuration) throws IOException {
        Path file = host.resolve("lxc.conf");
        Files.writeString(file, configuration);
        return new LxcContainers(null, file, new RunningContainers());
    }

    @Test
    void aFolderWithAConfigurationIsAContainer() throws IOException {
        Files.createDirectories(host.resolve("lxc/b/rootfs"));
        Files.createDirectories(host.resolve("lxc/no-container"));
        Files.createDirectories(host.resolve("lxc/a"));
        Files.createFile(host.resolve("lxc/a/config"));
        Files.createFile(host.resolve("lxc/b/config"));
        String path = host.resolve("lxc").toString();
        LxcContainers containers = new LxcContainers(path + "/", new RunningContainers());
        assertThat(containers.all())
                .containsExactly(
                        new ContainerId(RuntimeKind.LXC, "a", path),
                        new ContainerId(RuntimeKind.LXC, "b", path));
        assertThat(containers.running(new ContainerId(RuntimeKind.LXC, "a", path))).isFalse();
    }

    @Test
    void thePathIsWhatLxcIsConfiguredFor() throws IOException {
        assertThat(containers("# none\n").lxcPath()).isEqualTo("/var/lib/lxc");
        assertThat(containers("lxc.lxcpath=/srv/x/\nlxc.other = y\n").lxcPath())
                .isEqualTo("/srv/x");
        assertThat(containers("  lxc.lxcpath  =  /srv/a b \n").lxcPath()).isEqualTo("/srv/a b");
    }

    @Test
    void aFolderThatDoesNotExistHoldsNothing() throws IOException {
        assertThat(
                        new LxcContainers(
                                        host.resolve("nowhere").toString(), new RunningContainers())
                                .all())
                .isEmpty();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFifoIsNoFolderAndNoConfiguration() throws Exception {
        Path fifo = host.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        assertThat(LxcContainers.folders(fifo.toString())).isEmpty();
        assertThat(LxcContainers.lines(fifo)).isEmpty();
        assertThat(new LxcContainers(null, fifo, new RunningContainers()).lxcPath())
                .isEqualTo("/var/lib/lxc");
    }

    @Test
    void ofAnEndlessFileTheBeginningIsRead() throws IOException {
        Path file = host.resolve("endless");
        try (var endless = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            endless.setLength(1L << 40);
        }
        assertThat(LxcContainers.lines(file)).singleElement().asString().hasSize(1 << 20);
        assertThat(LxcContainers.lines(Path.of("/dev/zero"))).isEmpty();
    }
}
