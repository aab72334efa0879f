package dev.capdrop.linux.live;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.live.Step.Identity;
import dev.capdrop.linux.proc.ProcDir;
import module java.base;

/// Tries the [Step] until PID 1 was caught in a wait, within limits of tries and of time. Each
/// attach may wait without limit, so that only a process that can be left behind calls this
/// ([Tracer]), on a platform thread, until whose end it may stay attached.
record Tries(Architecture architecture, Tracee tracee, ProcDir process) {
    private static final int MOST_TRIES = 1_000;
    static final Duration MOST_TIME = Duration.ofSeconds(20);

    record Traced(Duration stoodStill, int tries) {}

    /// Requires that the kernel lets the calling thread trace the process, and that no seccomp
    /// filter of it is against the drop.
    void requireAllowed(CapabilitySet drop) throws IOException {
        try (Identity identity = Identity.of(process)) {
            boolean filtered = Preconditions.filtered(process.read("status"));
            new Step(tracee, architecture).requireAllowed(drop, identity, filtered);
        }
    }

    Traced drop(CapabilitySet drop) throws IOException {
        try (Identity identity = Identity.of(process)) {
            long end = System.nanoTime() + MOST_TIME.toNanos();
            for (int tries = 1; tries <= MOST_TRIES && System.nanoTime() < end; tries++) {
                String status = process.read("status");
                Preconditions.require(status);
                Step step = new Step(tracee, architecture);
                switch (step.attempt(drop, identity, Preconditions.filtered(status))) {
                    case Step.Done done -> {
                        identity.require();
                        return new Traced(done.stoodStill(), tries);
                    }
                    case Step.Busy _ -> pause(Duration.ofMillis(5));
                }
            }
        }
        throw new LiveException(
                "PID 1 was never found waiting for events, within %s s; it was left alone"
                        .formatted(MOST_TIME.toSeconds()));
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new LiveException("interrupted; PID 1 was left alone");
        }
    }
}
