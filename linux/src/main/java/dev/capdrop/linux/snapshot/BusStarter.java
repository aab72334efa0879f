package dev.capdrop.linux.snapshot;

import dev.capdrop.core.change.Change.UnitStarter;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.bus.SystemdBus;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import module java.base;

/// Has a container's systemd start units, as its root.
record BusStarter(RunningContainers containers) implements UnitStarter {
    @Override
    public boolean startAgain(ContainerId container, String unit, Duration steady, Duration timeout)
            throws IOException {
        RunningContainers.RunningContainer running = containers.now(container);
        if (running == null) {
            return false;
        }
        Deadline end = Deadline.in(timeout);
        try (ContainerInit init = ContainerInit.open(running);
                SafeRoot root = init.root();
                SystemdBus systemd = SystemdBus.connect(root, init, end)) {
            return works(systemd, unit, systemd.startAgain(unit), steady, end);
        }
    }

    private static boolean works(
            SystemdBus systemd, String unit, long last, Duration steady, Deadline end)
            throws IOException {
        Deadline steadyUntil = Deadline.in(steady);
        while (!end.passed()) {
            switch (systemd.stage(unit, last)) {
                case BROKEN -> {
                    return false;
                }
                case DONE -> {
                    return true;
                }
                case UP -> {
                    if (steadyUntil.passed()) {
                        return true;
                    }
                }
                case CHANGING -> steadyUntil = Deadline.in(steady);
            }
            Deadline.pause(Duration.ofMillis(200), "waiting for a unit");
        }
        return false;
    }
}
