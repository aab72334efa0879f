package dev.capdrop.linux.live;

import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/// A tracer that goes no further once it has stopped PID 1.
final class SilentTracer {
    private static final int STOPPED = 3;

    private SilentTracer() {}

    /// Started as [Tracer] is.
    public static void main(String... words) throws IOException {
        Thread.ofPlatform().daemon().start(() -> Tracer.endWith(System.in));
        int pid = Integer.parseInt(words[2]);
        AtomicInteger requests = new AtomicInteger();
        try (ProcDir process = ProcDir.open(pid)) {
            HookedTracee tracee =
                    new HookedTracee(
                            pid,
                            () -> {
                                if (requests.getAndIncrement() == STOPPED) {
                                    sleepForEver();
                                }
                            });
            new Tries(Architecture.here(), tracee, process).drop(LivePatient.DROP);
        }
    }

    private static void sleepForEver() throws IOException {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException nobody) {
            throw new IOException(nobody);
        }
    }
}
