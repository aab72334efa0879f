package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.linux.proc.ContainerInit;
import java.io.IOException;
import java.util.Arrays;

/// What a PID 1 must be like to be asked to give capabilities up while it runs.
final class Preconditions {
    private static final Capability SETPCAP = Capability.of("setpcap");

    private Preconditions() {}

    /// @throws LiveException with the one that does not hold
    static void require(ContainerInit init) throws IOException {
        if (!init.systemd()) {
            throw new LiveException("PID 1 is not systemd");
        }
        if (init.frozen()) {
            throw new LiveException("the container is frozen");
        }
        require(init.status());
    }

    /// @param status what `/proc/PID/status` holds
    static void require(String status) throws IOException {
        String threads = field(status, "Threads");
        if (!threads.equals("1")) {
            throw new LiveException(
                    "PID 1 has "
                            + threads
                            + " threads, and each has a bounding set of its own; systemd has one");
        }
        int tracer = tracer(status);
        if (tracer != 0) {
            throw new LiveException("process " + tracer + " traces PID 1 already");
        }
        if (field(status, "State").startsWith("T")) {
            throw new LiveException("PID 1 is stopped by a signal");
        }
        if (!ThreadStatus.parse(status).capabilities().get(ThreadSet.EFFECTIVE).contains(SETPCAP)) {
            throw new LiveException(
                    "PID 1 is without CAP_SETPCAP, which a process needs to drop from its own bounding"
                            + " set");
        }
    }

    /// The process or thread that traces this one; 0 where none does.
    static int tracer(String status) throws IOException {
        return Integer.parseInt(field(status, "TracerPid"));
    }

    private static String field(String status, String name) throws IOException {
        // A carriage return ends no line: it can stand in the process' name, where the kernel
        // leaves it.
        return Arrays.stream(status.split("\n"))
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .map(line -> line.substring(name.length() + 1).strip())
                .orElseThrow(() -> new IOException("no '" + name + "' in a process' status"));
    }
}
