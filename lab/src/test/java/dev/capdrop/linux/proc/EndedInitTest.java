package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// A container's init that ends while it is looked at.
final class EndedInitTest {
    private static final String NAME = "ended";

    /// A process with a pid namespace of its own, as a container has one.
    private static Process monitor() throws IOException {
        return new ProcessBuilder("unshare", "--pid", "--fork", "--kill-child", "sleep", "600")
                .start();
    }

    private static RunningContainer container(Process monitor) throws Exception {
        Path children =
                Path.of("/proc", "" + monitor.pid(), "task", "" + monitor.pid(), "children");
        String pid = "";
        while (pid.isEmpty()
                || !Files.readString(Path.of("/proc", pid, "comm")).equals("sleep\n")) {
            assertThat(monitor.isAlive()).isTrue();
            pid = Files.readString(children).strip();
        }
        return new RunningContainer(
                new ContainerId(RuntimeKind.LXC, NAME, "/var/lib/lxc"),
                Integer.parseInt(pid),
                (int) monitor.pid(),
                0);
    }

    private static void saysThatItIsGone(ThrowingCallable read) {
        assertThatThrownBy(read)
                .isInstanceOf(ContainerInit.GoneException.class)
                .hasMessageMatching("process [0-9]+ is no longer the init of 'ended'");
    }

    @Test
    void everythingThatIsAskedOfItSaysThatItIsGone() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/proc/sys/kernel/ns_last_pid")),
                "only root makes a pid namespace");
        Process monitor = monitor();
        try (ContainerInit init = ContainerInit.open(container(monitor))) {
            assertThat(init.frozen()).isFalse();
            ProcessHandle.of(init.facts().pid()).orElseThrow().destroyForcibly();
            assertThat(monitor.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(init.alive()).isFalse();
            saysThatItIsGone(init::frozen);
            saysThatItIsGone(init::systemd);
            saysThatItIsGone(init::program);
            saysThatItIsGone(init::arguments);
            saysThatItIsGone(init::environment);
            saysThatItIsGone(() -> init.read("status"));
            saysThatItIsGone(init::root);
            saysThatItIsGone(init::age);
            saysThatItIsGone(() -> ProcessTable.held(init));
        } finally {
            monitor.destroyForcibly().waitFor();
        }
    }
}
