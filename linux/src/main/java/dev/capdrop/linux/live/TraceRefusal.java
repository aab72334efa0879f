package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.linux.time.Errand;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Why the kernel answers EPERM to the wish to trace a process, as far as can be told from outside.
///
/// Source: ptrace(2), "Ptrace access mode checking" and "/proc/sys/kernel/yama/ptrace_scope": 1
/// admits who has CAP_SYS_PTRACE, 2 nobody else, 3 nobody at all.
final class TraceRefusal {
    private static final Path PTRACE_SCOPE = Path.of("/proc/sys/kernel/yama/ptrace_scope");
    private static final Path OWN_STATUS = Path.of("/proc/thread-self/status");
    private static final Path MODULES = Path.of("/sys/kernel/security/lsm");
    private static final Capability SYS_PTRACE = Capability.of("sys_ptrace");

    private TraceRefusal() {}

    static String here() {
        return why(
                Errand.orNull(() -> Files.readString(PTRACE_SCOPE).strip()),
                Errand.orNull(() -> Files.readString(OWN_STATUS)),
                Errand.orNull(() -> Files.readString(MODULES).strip()));
    }

    /// @param ptraceScope what Yama's setting is; null where there is no Yama
    /// @param status of the thread that asked; null where it could not be read
    /// @param modules the security modules of the kernel, with commas; null where it does not tell
    static String why(
            @Nullable String ptraceScope, @Nullable String status, @Nullable String modules) {
        String scope = ptraceScope == null ? "0" : ptraceScope;
        if (scope.equals("3")) {
            return "kernel.yama.ptrace_scope is 3, which forbids it to everybody until the host is booted anew";
        }
        if (status != null && !holdsSysPtrace(status)) {
            return "this process is without CAP_SYS_PTRACE"
                    + (scope.equals("0")
                            ? ""
                            : ", which kernel.yama.ptrace_scope = " + scope + " asks for");
        }
        return "a tracer is there already, or a seccomp filter of this process or a security module"
                + (modules == null ? "" : " (" + modules.replace(",", ", ") + ")")
                + " forbids it";
    }

    private static boolean holdsSysPtrace(String status) {
        return ThreadStatus.parse(status)
                .capabilities()
                .get(ThreadSet.EFFECTIVE)
                .contains(SYS_PTRACE);
    }
}
