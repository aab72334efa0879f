package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.linux.proc.ContainerInit;
import module java.base;

/// Tells what a PID 1 must be like to be asked to give capabilities up while it runs.
final class Preconditions {
    private static final Capability SETPCAP = Capability.of("setpcap");

    private static final int START_STACK = 25;

    static void require(ContainerInit init) throws IOException {
        if (!init.systemd()) {
            throw new LiveException("PID 1 is not systemd");
        }
        if (init.frozen()) {
            throw new LiveException("the container is frozen");
        }
        if (is32Bit(init.read("stat"))) {
            throw new LiveException(
                    "PID 1 is a 32-bit program, whose registers and system calls are not known");
        }
        require(init.read("status"));
    }

    /// Whether the stack of a process began where 32 bits reach (proc_pid_stat(5)). It may have
    /// told the kernel something else since (prctl(2), PR_SET_MM); the [Step] asks the kernel
    /// itself, but is taken after the configuration was written.
    static boolean is32Bit(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long stack = Long.parseUnsignedLong(fields[START_STACK].strip());
        return stack != 0 && stack >>> 32 == 0;
    }

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
                    "PID 1 is without CAP_SETPCAP, which a process needs to drop from its own bounding set");
        }
    }

    /// Returns the process or thread that traces this one; 0 where none does.
    static int tracer(String status) throws IOException {
        return Integer.parseInt(field(status, "TracerPid"));
    }

    /// Whether it has a seccomp filter (proc_pid_status(5), `Seccomp`); a kernel that knows of none
    /// does not tell.
    static boolean filtered(String status) {
        return status.contains("\nSeccomp:\t") && !status.contains("\nSeccomp:\t0\n");
    }

    private static String field(String status, String name) throws IOException {
        // a carriage return ends no line: the kernel leaves it in the process' name
        return Arrays.stream(status.split("\n"))
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .map(line -> line.substring(name.length() + 1).strip())
                .orElseThrow(() -> new IOException("no '" + name + "' in a process' status"));
    }
}
