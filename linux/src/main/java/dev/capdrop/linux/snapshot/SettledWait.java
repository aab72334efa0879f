package dev.capdrop.linux.snapshot;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.bus.Deadline;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.RunningContainer;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;

/// Waits for the end of a boot: systemd must say twice in a row that it has settled, for between
/// two jobs of one boot the queue can be empty for a moment.
final class SettledWait {
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration ONE_ANSWER = Duration.ofSeconds(5);

    /// A container whose systemd or D-Bus has not come up by then is taken to have none.
    private static final Duration COMES_UP = Duration.ofSeconds(10);

    /// A container without an init for so long has ended: a reboot from inside takes less.
    private static final Duration GONE = Duration.ofSeconds(5);

    private final ContainerId container;
    private final RunningContainers containers;

    SettledWait(ContainerId container, RunningContainers containers) {
        this.container = container;
        this.containers = containers;
    }

    /// Whether it has settled; false when `timeout` ran out or the container has ended.
    boolean await(Duration timeout) throws IOException {
        Deadline end = Deadline.in(timeout);
        Deadline comesUp = Deadline.in(COMES_UP);
        Deadline gone = Deadline.in(GONE);
        int settledPid = 0;
        while (!end.passed() && !gone.passed()) {
            RunningContainer running = containers.find(container);
            if (running != null && frozen(running)) {
                return false;
            }
            gone = running == null ? gone : Deadline.in(GONE);
            int pid = running == null ? 0 : settledInit(running, comesUp.passed(), end);
            if (pid != 0 && pid == settledPid) {
                return true;
            }
            settledPid = pid;
            pause();
        }
        return false;
    }

    private static boolean frozen(RunningContainer running) throws IOException {
        try (ContainerInit init = ContainerInit.open(running)) {
            return init.frozen();
        } catch (ContainerInit.GoneException gone) {
            return false;
        }
    }

    /// The pid of the container's init when its systemd has settled, else 0.
    private int settledInit(RunningContainer running, boolean waited, Deadline end) {
        Deadline answer =
                Deadline.in(Duration.ofNanos(Math.min(ONE_ANSWER.toNanos(), end.remaining())));
        try (ContainerInit init = ContainerInit.open(running);
                SafeRoot root = init.root()) {
            SystemdReader reader =
                    new SystemdReader(container, init, root, answer, new ArrayList<>());
            boolean late =
                    waited || init.facts().startedAt().isBefore(Instant.now().minus(COMES_UP));
            boolean settled = init.systemd() ? reader.state(late).settled() : late;
            return settled ? running.pid() : 0;
        } catch (IOException notYet) {
            return 0;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a container", e);
        }
    }
}
