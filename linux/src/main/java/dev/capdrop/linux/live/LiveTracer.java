package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.proc.ContainerInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Tries the [Step] until PID 1 was caught in a wait, within limits of tries and of time.
///
/// All tries are made by one platform thread of its own. The kernel detaches from what a thread
/// traces when that thread ends, so that nothing is left attached in whatever way it ends. It does
/// so a little after Java calls the thread ended, which is waited for as well.
final class LiveTracer {
    private static final int MOST_TRIES = 1_000;
    private static final Duration MOST_TIME = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(5);

    /// How long the kernel may take to detach from PID 1 after the tracing thread has ended.
    private static final Duration LETS_GO = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofMillis(1);

    private final Architecture architecture;
    private final IntFunction<Tracee> tracees;

    /// @param tracees makes the requests to the process with this number
    LiveTracer(Architecture architecture, IntFunction<Tracee> tracees) {
        this.architecture = architecture;
        this.tracees = tracees;
    }

    /// What a PID 1 was put to.
    ///
    /// @param stoodStill how long it did not run, in the try that succeeded
    /// @param tries how often it was stopped
    record Traced(Duration stoodStill, int tries) {}

    /// Has the process drop these.
    ///
    /// @throws IOException when it has not, or not all of them; nothing is attached to it then
    Traced drop(ContainerInit init, CapabilitySet capabilities) throws IOException {
        requireAllowed(init, capabilities);
        return new OwnThread(
                        init, (step, identity) -> untilCaught(init, step, identity, capabilities))
                .result();
    }

    /// Requires that the kernel lets this process trace that one, and that no seccomp filter of PID
    /// 1 is against the call: one may answer prctl(2) with the end of its process. Where this
    /// kernel does not show them nothing is known against it: systemd makes it itself for each
    /// service with `CapabilityBoundingSet=`.
    void requireAllowed(ContainerInit init, CapabilitySet capabilities) throws IOException {
        AtomicReference<@Nullable List<long[]>> filters = new AtomicReference<>();
        var _ =
                new OwnThread(
                                init,
                                (step, identity) -> {
                                    var _ = rehearsed().seccompFilters(identity);
                                    filters.set(step.seccompFilters(identity));
                                    return new Traced(Duration.ZERO, 1);
                                })
                        .result();
        List<long[]> programs = filters.get();
        for (long[] program : programs == null ? List.<long[]>of() : programs) {
            SeccompFilter filter = new SeccompFilter(program);
            for (Capability capability : capabilities) {
                if (!filter.allows(architecture.dropCall(capability.number()))) {
                    throw new LiveException(
                            "a seccomp filter of PID 1 forbids it prctl(2) with PR_CAPBSET_DROP");
                }
            }
        }
    }

    private Traced untilCaught(
            ContainerInit init, Step step, Identity identity, CapabilitySet capabilities)
            throws IOException {
        var _ = rehearsed().attempt(capabilities, identity);
        long end = System.nanoTime() + MOST_TIME.toNanos();
        for (int tries = 1; tries <= MOST_TRIES && System.nanoTime() < end; tries++) {
            Preconditions.require(init.status());
            switch (step.attempt(capabilities, identity)) {
                case Step.Done done -> {
                    identity.require();
                    return new Traced(done.stoodStill(), tries);
                }
                case Step.Busy _ -> pause(PAUSE);
            }
        }
        throw new LiveException(
                "PID 1 was never found waiting for events, within "
                        + MOST_TIME.toSeconds()
                        + " s; it was left alone");
    }

    private Step rehearsed() {
        return new Step(new RehearsedTracee(architecture), architecture);
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new LiveException("interrupted; PID 1 was left alone");
        }
    }

    /// What a thread does that traces.
    @FunctionalInterface
    private interface Tracing {
        Traced with(Step step, Identity identity) throws IOException;
    }

    private final class OwnThread implements Runnable {
        private final ContainerInit init;
        private final Tracing tracing;
        private @Nullable Traced traced;
        private @Nullable Throwable failure;

        /// Its number as a thread of this host; 0 before it runs.
        private int number;

        OwnThread(ContainerInit init, Tracing tracing) {
            this.init = init;
            this.tracing = tracing;
        }

        @Override
        public void run() {
            preferThisThread();
            try (Identity identity = Identity.of(init.directory())) {
                number = numberOfThisThread();
                Step step = new Step(tracees.apply(init.directory().pid()), architecture);
                traced = tracing.with(step, identity);
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
            }
        }

        /// proc(5), `/proc/thread-self`, in the numbers that `TracerPid` is told in.
        private static int numberOfThisThread() throws IOException {
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            return Integer.parseInt(self.getFileName().toString());
        }

        /// While PID 1 is stopped it waits for this thread, on a busy machine for every other
        /// program first.
        private void preferThisThread() {
            try {
                Libc.setPriorityOfThread(-20);
            } catch (IOException refused) {
                // then PID 1 may stand still for longer
            }
        }

        Traced result() throws IOException {
            Thread thread = Thread.ofPlatform().name("tracer").start(this);
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    // what is begun ends within its limits
                    interrupted = true;
                }
            }
            awaitRelease();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (traced != null) {
                return traced;
            }
            throw failure(failure);
        }

        /// Waits until the kernel has detached this thread, which has ended, from PID 1.
        private void awaitRelease() throws IOException {
            long end = System.nanoTime() + LETS_GO.toNanos();
            while (number != 0 && isAttached()) {
                if (System.nanoTime() > end) {
                    throw new LiveException(
                            "the kernel has not detached from PID 1 within "
                                    + LETS_GO.toSeconds()
                                    + " s");
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }

        private boolean isAttached() throws IOException {
            try {
                return Preconditions.tracer(init.status()) == number;
            } catch (ContainerInit.GoneException gone) {
                return false;
            }
        }
    }

    private static IOException failure(@Nullable Throwable failure) {
        return switch (failure) {
            case RuntimeException bug -> throw bug;
            case Error bug -> throw bug;
            case ErrnoException refused when refused.errno() == Errno.EPERM ->
                    new LiveException(
                            "the kernel does not let this process trace PID 1 ("
                                    + TraceRefusal.here()
                                    + ")",
                            refused);
            case ErrnoException ended when ended.errno() == Errno.ESRCH ->
                    new LiveException("PID 1 ended meanwhile", ended);
            case IOException e -> e;
            case null, default -> throw new IllegalStateException(failure);
        };
    }
}
