package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.lab.Bench;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.NeedsContainers;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import dev.capdrop.linux.proc.RunningContainers;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A container that is to stop in the moment in which it was started.
@NeedsContainers
final class JustStartedTest {
    @Test
    void itIsShutDownAndNotWaitedForInVain() throws IOException {
        Bench bench = Bench.shared();
        LxcRuntime runtime = new LxcRuntime(bench.lxcPath(), new RunningContainers());
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            ContainerId id =
                    new ContainerId(RuntimeKind.LXC, container.name(), bench.lxcPath().toString());
            for (int round = 0; round < 3; round++) {
                container.start();
                runtime.stop(id, Duration.ofSeconds(30), false);
                assertThat(container.running()).isFalse();
            }
        }
    }
}
