package dev.capdrop.linux.perf;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The kprobe of this process: one for all its watches, and none when the last of them has ended.
final class SharedKprobe {
    private static @Nullable Kprobe kprobe;
    private static int users;

    private SharedKprobe() {}

    static synchronized KprobeFormat use(Tracefs tracefs) throws IOException {
        if (kprobe == null) {
            kprobe = Kprobe.make(tracefs, Btf.ofKernel());
        }
        users++;
        return kprobe.format();
    }

    /// Removes the kprobe with its last user, whose events have to be closed by then.
    static synchronized void leave() {
        if (--users == 0 && kprobe != null) {
            kprobe.remove();
            kprobe = null;
        }
    }
}
