package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/// A tracer that fails once it is attached, and gets no processor to end.
final class FailingTracer {
    private FailingTracer() {}

    /// Started as [Tracer] is.
    public static void main(String... words) throws IOException {
        int pid = Integer.parseInt(words[2]);
        AtomicInteger requests = new AtomicInteger();
        try (ProcDir process = ProcDir.open(pid)) {
            HookedTracee tracee =
                    new HookedTracee(
                            pid,
                            () -> {
                                if (requests.getAndIncrement() == 1) {
                                    Libc.setPriorityOfThread(19);
                                    throw new IOException("failed while attached");
                                }
                            });
            new Tries(Architecture.here(), tracee, process).drop(LivePatient.DROP);
        } catch (IOException failed) {
            System.out.println(Tracer.REFUSED + " " + failed.getMessage());
        }
    }
}
