package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.libc.Tracee.CallStop;
import dev.capdrop.linux.proc.ProcDir;
import module java.base;

/// One try to have PID 1 of a container drop capabilities from its own bounding set, which prctl(2)
/// with PR_CAPBSET_DROP does for the calling thread only. So PID 1 is stopped while it waits for
/// events, is made to execute the very instruction of that wait once more as another system call,
/// and gets its registers back.
///
/// Of PID 1 registers alone are read and written, never its memory, which may lie on a file system
/// that the container serves and never answers for. Which call begins the kernel says itself
/// ([Tracee#callStop]); where it does not, the step is refused.
///
/// The tracer may be killed between any two of these requests, and the kernel then lets PID 1 run
/// on with what it has at that moment; four rules keep that harmless (each was seen to kill PID 1
/// when it was broken):
///
/// 1. No PTRACE_SINGLESTEP: it leaves the trap flag behind, and the next instruction ends PID 1
///    with SIGTRAP. PTRACE_SYSCALL stops at the call's beginning and at its end.
/// 2. PTRACE_O_TRACESYSGOOD from the first moment on: without it the kernel sends the SIGTRAP of a
///    syscall-stop to a process whose tracer is gone (`ptrace_report_syscall`). PTRACE_O_EXITKILL
///    is never set.
/// 3. Only where PID 1 waits in epoll_wait(2) or one of its variants: there the call that takes its
///    place returns "no event", a spurious wake-up. Any other call would be given a false result.
/// 4. The call that takes its place returns 0: PR_CAPBSET_DROP does, also for what is dropped
///    already. PR_CAPBSET_READ returns 1, and systemd would read an event that nobody has written.
///    Where prctl(2) would be refused, as without CAP_SETPCAP, it is not called ([Preconditions]).
///
/// Source: ptrace(2); `arch_do_signal_or_restart` and `ptrace_report_syscall` in the kernel.
record Step(Tracee tracee, Architecture architecture) {
    /// The time that PID 1 may take to stop: on a busy machine one second was too little. One that
    /// is frozen, or in an uninterruptible sleep, never does.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// A stop comes within some 10 µs where a processor is idle; to yield this one meanwhile took
    /// milliseconds on a busy machine.
    private static final long SPIN_NANOS = 200_000;

    private static final long PAUSE_NANOS = 10_000;
    private static final int SIGTRAP = 5;

    sealed interface Result {}

    record Done(Duration stoodStill) implements Result {}

    record Busy() implements Result {}

    private void attach(Identity identity) throws IOException {
        tracee.seize();
        // its number cannot have gone to another if it is still there after that
        identity.require();
    }

    /// Requires that the kernel lets the calling thread trace the process, and that no seccomp
    /// filter of it is against the drop; one without is not stopped. It may still be attached to,
    /// until the calling thread ends.
    void requireAllowed(CapabilitySet drop, Identity identity, boolean filtered)
            throws IOException {
        attach(identity);
        if (!filtered) {
            return;
        }
        tracee.interrupt();
        int stop = awaitStop();
        try {
            SeccompFilter.requireAllowed(tracee, architecture, drop);
        } finally {
            tracee.detach(isInterruption(stop) ? 0 : signal(stop));
        }
    }

    /// Attaches, drops and detaches. Where it throws, PID 1 may still be attached to, until the
    /// calling thread ends.
    Result attempt(CapabilitySet drop, Identity identity, boolean filtered) throws IOException {
        attach(identity);
        tracee.interrupt();
        int stop = awaitStop();
        long since = System.nanoTime();
        if (!isInterruption(stop)) {
            tracee.detach(signal(stop));
            return new Busy();
        }
        long[] own = tracee.registers();
        requireOurMode(own);
        if (!architecture.waits(own)) {
            tracee.detach(0);
            return new Busy();
        }
        if (filtered) {
            requireUnfiltered(drop);
        }
        for (Capability capability : drop) {
            int end = call(own, capability.number());
            if (!isSyscallStop(end)) {
                tracee.setRegisters(own);
                tracee.detach(signal(end));
                return new Busy();
            }
        }
        tracee.setRegisters(own);
        tracee.detach(0);
        return new Done(Duration.ofNanos(System.nanoTime() - since));
    }

    /// PID 1 may have got another filter since it was first asked.
    private void requireUnfiltered(CapabilitySet drop) throws IOException {
        try {
            SeccompFilter.requireAllowed(tracee, architecture, drop);
        } catch (LiveException refused) {
            tracee.detach(0);
            throw refused;
        }
    }

    /// Has the stopped process make the call; returns the stop at its end, or one that came before.
    private int call(long[] own, int capability) throws IOException {
        tracee.setRegisters(architecture.dropping(own, capability));
        tracee.resume();
        int beginning = awaitStop();
        if (!isSyscallStop(beginning)) {
            return beginning;
        }
        if (!architecture.isDrop(callStop(), capability)) {
            tracee.setRegisters(architecture.withoutCall(own));
            tracee.detach(0);
            throw new LiveException(
                    "PID 1 went into another system call than the one it was sent into");
        }
        tracee.resume();
        int end = awaitStop();
        if (isSyscallStop(end)) {
            requireSuccess(own, callStop());
        }
        return end;
    }

    private void requireSuccess(long[] own, CallStop stop) throws IOException {
        if (stop.place() != CallStop.EXIT || stop.value() != 0) {
            tracee.setRegisters(own);
            tracee.detach(0);
            throw new LiveException(
                    "the kernel refused PID 1 the drop (prctl: error " + -stop.value() + ")");
        }
    }

    private void requireOurMode(long[] registers) throws IOException {
        if (!architecture.isOurs(registers, callStop())) {
            tracee.detach(0);
            throw new LiveException(
                    "PID 1 is a program of another architecture than this host's, a 32-bit one for example");
        }
    }

    private CallStop callStop() throws IOException {
        try {
            return tracee.callStop();
        } catch (ErrnoException untold) {
            if (untold.errno() == ErrnoException.Errno.EIO) {
                throw new LiveException(
                        "this kernel does not tell which system call a process is in, which Linux 5.3 and later do",
                        untold);
            }
            throw untold;
        }
    }

    /// Waits in short steps: a wait without end would hold us with a process that cannot stop.
    private int awaitStop() throws IOException {
        long begun = System.nanoTime();
        while (true) {
            int status = tracee.poll();
            if (status != 0) {
                return requireAlive(status);
            }
            long waited = System.nanoTime() - begun;
            if (waited > PATIENCE.toNanos()) {
                throw new LiveException(
                        "PID 1 did not stop within %s s: it is frozen, in an uninterruptible sleep, or gets no processor"
                                .formatted(PATIENCE.toSeconds()));
            }
            if (waited > SPIN_NANOS) {
                LockSupport.parkNanos(PAUSE_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static int requireAlive(int status) throws LiveException {
        if ((status & 0xff) != 0x7f) {
            throw new LiveException(
                    (status & 0x7f) == 0
                            ? "PID 1 ended meanwhile"
                            : "PID 1 was ended by signal " + (status & 0x7f) + " meanwhile");
        }
        return status;
    }

    private static int signal(int stop) {
        int signal = stop >> 8 & 0xff;
        return stop >> 16 != 0 || isSyscallStop(stop) ? 0 : signal;
    }

    private static boolean isInterruption(int stop) {
        return stop >> 16 == Tracee.EVENT_STOP && (stop >> 8 & 0xff) == SIGTRAP;
    }

    private static boolean isSyscallStop(int stop) {
        return stop >> 8 == Tracee.SYSCALL_STOP;
    }

    /// The one process that is meant, whatever becomes of its number: held by a descriptor of its
    /// own (pidfd_open(2)), by its directory in /proc, and by the time of its start.
    record Identity(ProcDir directory, Descriptor process, long started) implements AutoCloseable {
        static Identity of(ProcDir directory) throws IOException {
            long started = directory.startTicks();
            return Descriptor.Handover.of(
                    new Identity(directory, Libc.pidfdOpen(directory.pid()), started),
                    identity -> {
                        identity.require();
                        return identity;
                    });
        }

        /// Requires that the process still has its number, which it loses when it is reaped.
        void require() throws IOException {
            boolean ended = Libc.poll(process, Libc.POLLIN, 0) != 0;
            if (ended || started != directory.startTicks()) {
                throw new LiveException("PID 1 ended meanwhile");
            }
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
