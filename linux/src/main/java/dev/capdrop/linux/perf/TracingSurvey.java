package dev.capdrop.linux.perf;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.PerfEventAttr;
import java.io.IOException;
import java.nio.file.Path;

/// Finds out whether checks of capabilities can be watched, by the first steps of a watch.
public final class TracingSurvey {
    private TracingSurvey() {}

    public static HostSurvey.Tracing read() {
        return read(Tracefs.USUAL);
    }

    static HostSurvey.Tracing read(Path folder) {
        Tracefs tracefs = new Tracefs(folder);
        Fact<Boolean> unseen = new Fact.Absent<>();
        try {
            if (!tracefs.mounted()) {
                return new HostSurvey.Tracing(new Fact.Known<>(false), unseen, unseen);
            }
            if (!tracefs.reportsChecks()) {
                return new HostSurvey.Tracing(
                        new Fact.Known<>(true), new Fact.Known<>(false), unseen, kprobe(tracefs));
            }
            Fact<Boolean> known = new Fact.Known<>(true);
            return new HostSurvey.Tracing(known, known, event(tracefs.capabilityChecks()));
        } catch (IOException unreadable) {
            Fact<Boolean> unknown = new Fact.Unknown<>(reason(unreadable));
            return new HostSurvey.Tracing(unknown, unknown, unknown);
        }
    }

    /// Finds out whether a kprobe would do, without defining any.
    private static Fact<Boolean> kprobe(Tracefs tracefs) {
        try {
            if (!tracefs.hasKprobes()) {
                return new Fact.Known<>(false);
            }
            tracefs.requireKprobes();
            KprobeFormat.definition("capdrop/cap_capable", Btf.ofKernel());
            return new Fact.Known<>(true);
        } catch (IOException refused) {
            return new Fact.Unknown<>(reason(refused));
        }
    }

    private static Fact<Boolean> event(TracepointFormat format) {
        PerfEventAttr attr = new PerfEventAttr(format.id(), Ring.SAMPLE, 1, false, false);
        try (Descriptor _ = Libc.perfEventOfThread(attr, 0)) {
            return new Fact.Known<>(true);
        } catch (ErrnoException refused) {
            return refused.errno() == Errno.EACCES || refused.errno() == Errno.EPERM
                    ? new Fact.Known<>(false)
                    : new Fact.Unknown<>(refused.reason());
        }
    }

    private static String reason(IOException unreadable) {
        return unreadable instanceof ErrnoException refused && refused.errno() == Errno.EACCES
                ? "permission denied"
                : String.valueOf(unreadable.getMessage());
    }
}
