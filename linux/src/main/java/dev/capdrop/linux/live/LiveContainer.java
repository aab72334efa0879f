package dev.capdrop.linux.live;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.linux.bus.SystemdBus;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcessTable;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import module java.base;

public record LiveContainer(RunningContainers containers) implements LiveStep {
    @Override
    public String obstacle(ContainerId container, Init then, CapabilitySet capabilities)
            throws IOException {
        try (ContainerInit init = open(container, then)) {
            Preconditions.require(init);
            new TracerProcess().requireAllowed(init.directory(), capabilities);
            return "";
        } catch (LiveException obstacle) {
            return obstacle.sentence();
        }
    }

    @Override
    public Duration drop(ContainerId container, Init then, CapabilitySet capabilities)
            throws IOException {
        try (ContainerInit init = open(container, then)) {
            Preconditions.require(init);
            return new TracerProcess().drop(init.directory(), capabilities).stoodStill();
        }
    }

    @Override
    public List<String> outdated(ContainerId container) throws IOException {
        return HostProcess.outdated(ProcessTable.read(containers), container);
    }

    private ContainerInit open(ContainerId container, Init then) throws IOException {
        ContainerInit init = open(container);
        if (!init.facts().isSameProcess(then)) {
            init.close();
            throw new LiveException("the container has been started anew since it was looked at");
        }
        return init;
    }

    private ContainerInit open(ContainerId container) throws IOException {
        RunningContainers.RunningContainer running = containers.now(container);
        if (running == null) {
            throw new LiveException("the container does not run any more");
        }
        return ContainerInit.open(running);
    }

    @Override
    public List<String> forget(ContainerId container, List<String> units) throws IOException {
        try (ContainerInit init = open(container);
                SafeRoot root = init.root();
                SystemdBus systemd =
                        SystemdBus.connect(root, init, Deadline.in(Duration.ofSeconds(30)))) {
            return systemd.forgetFailures(units);
        }
    }
}
