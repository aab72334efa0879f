package dev.capdrop.linux.live;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.lab.Command;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// A container whose PID 1 is put to live steps, and what to ask of it afterwards.
final class LivePatient {
    static final CapabilitySet DROP = CapabilitySet.of("sys_module", "sys_rawio");

    private static final int ATTEMPTS = 10;

    private final LabContainer container;
    private final RunningContainer running;

    LivePatient(LabContainer container) throws IOException {
        this.container = container;
        RunningContainer found = null;
        for (RunningContainer one : new RunningContainers().now()) {
            ContainerId id = one.id();
            if (id.name().equals(container.name())) {
                found = one;
            }
        }
        if (found == null) {
            throw new AssertionError(container.name() + " does not run");
        }
        running = found;
    }

    int pid() {
        return running.pid();
    }

    ContainerInit open() throws IOException {
        return ContainerInit.open(running);
    }

    /// Takes the step once.
    Tries.Traced drop() throws IOException {
        return drop(new Tracee(pid()));
    }

    /// The same with requests of a test's own.
    Tries.Traced drop(Tracee tracee) throws IOException {
        try (ContainerInit init = open()) {
            Tries tries = new Tries(architecture(), tracee, init.directory());
            return inThread(() -> tries.drop(DROP));
        } finally {
            awaitRelease();
        }
    }

    /// What a thread does that traces.
    @FunctionalInterface
    interface Tracing<T> {
        T trace() throws IOException;
    }

    /// Traces in a thread that ends with it.
    static <T> T inThread(Tracing<T> tracing) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                result.complete(tracing.trace());
                            } catch (IOException | RuntimeException | Error failed) {
                                result.completeExceptionally(failed);
                            }
                        });
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        if (result.isCompletedExceptionally()) {
            switch (result.exceptionNow()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case Throwable failed -> throw new AssertionError(failed);
            }
        }
        return result.join();
    }

    /// Whether its PID 1 has a seccomp filter.
    boolean filtered() throws IOException {
        try (ContainerInit init = open()) {
            return Preconditions.filtered(init.read("status"));
        }
    }

    static Architecture architecture() throws IOException {
        return Architecture.here();
    }

    /// Waits until nobody traces PID 1.
    void awaitRelease() throws IOException {
        long end = System.nanoTime() + 60_000_000_000L;
        try (ContainerInit init = open()) {
            while (!init.read("status").contains("\nTracerPid:\t0\n")) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("PID 1 is still traced:\n" + init.read("status"));
                }
                LockSupport.parkNanos(200_000);
            }
        }
    }

    /// Requires that PID 1 is the same process, runs, and that nothing traces it.
    void requireAlive() throws IOException {
        awaitRelease();
        try (ContainerInit init = open()) {
            String state =
                    init.read("status")
                            .lines()
                            .filter(line -> line.startsWith("State:"))
                            .findFirst()
                            .orElse("");
            if (!state.matches("State:\\s+[RSD] .*")) {
                throw new AssertionError("PID 1 is in " + state);
            }
        }
    }

    /// Requires that its systemd answers, starts a unit and reloads.
    void requireWell() throws IOException {
        requireAlive();
        requireSuccess(
                "sh",
                "-c",
                "systemctl daemon-reload && systemd-run -q --wait /bin/true"
                        + " && systemctl is-active -q multi-user.target");
    }

    /// While systemd executes itself anew nobody answers; it has to after that.
    private void requireSuccess(String... line) {
        Command.Result result = container.attach(line);
        for (int attempt = 1; result.exit() != 0 && attempt < ATTEMPTS; attempt++) {
            LockSupport.parkNanos(500_000_000);
            result = container.attach(line);
        }
        if (result.exit() != 0) {
            throw new AssertionError(String.join(" ", line) + " in the container: " + result);
        }
    }

    LabContainer container() {
        return container;
    }
}
