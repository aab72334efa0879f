package dev.capdrop.linux.live;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Tracee;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One try to have PID 1 of a container drop capabilities from its own bounding set.
///
/// prctl(2) with PR_CAPBSET_DROP works on the calling thread only. So PID 1 is stopped while it
/// waits for events, is made to execute the very instruction of that wait once more as another
/// system call, and gets its registers back. The tracer may be killed between any two of these
/// requests, and the kernel then lets PID 1 run on with what it has at that moment; four rules keep
/// that harmless (each was seen to kill PID 1 when it was broken):
///
/// 1. No PTRACE_SINGLESTEP: it leaves the trap flag behind, and the next instruction ends PID 1
///    with SIGTRAP. PTRACE_SYSCALL stops at the call's beginning and at its end.
/// 2. PTRACE_O_TRACESYSGOOD from the first moment on: without it the kernel sends the SIGTRAP of a
///    syscall-stop to a process whose tracer is gone (`ptrace_report_syscall`). PTRACE_O_EXITKILL
///    is never set.
/// 3. Only where PID 1 waits in epoll_wait(2) or one of its variants: there the call that takes its
///    place returns "no event", a spurious wake-up. Any other call would be given a false result.
///    Elsewhere PID 1 is let go at once.
/// 4. The call that takes its place returns 0: PR_CAPBSET_DROP does, also for what is dropped
///    already. PR_CAPBSET_READ returns 1, which the wait would report as one event, and systemd
///    would read an event that nobody has written. Where prctl(2) would be refused, as without
///    CAP_SETPCAP, it is not called ([Preconditions]).
///
/// Source: ptrace(2); `arch_do_signal_or_restart` and `ptrace_report_syscall` in the kernel.
final class Step {
    /// How long PID 1 may take to stop. Until it is stopped it runs on, or would if it had a
    /// processor: on a machine with too much to do one second was too little. Never does one that
    /// is frozen, or in an uninterruptible sleep.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// A stop comes within some 10 µs where a processor is idle. To yield this one meanwhile took
    /// milliseconds on a busy machine, in which PID 1 stood still.
    private static final long SPIN_NANOS = 200_000;

    private static final long PAUSE_NANOS = 10_000;

    private static final int SIGTRAP = 5;
    private static final int MOST_FILTERS = 64;

    private final Tracee tracee;
    private final Architecture architecture;

    Step(Tracee tracee, Architecture architecture) {
        this.tracee = tracee;
        this.architecture = architecture;
    }

    /// What came of a try.
    sealed interface Result {}

    /// The capabilities are gone.
    ///
    /// @param stoodStill how long PID 1 did not run
    record Done(Duration stoodStill) implements Result {}

    /// PID 1 was doing something else, and was let go as it was.
    record Busy() implements Result {}

    /// Attaches; the process runs on.
    void attach(Identity identity) throws IOException {
        tracee.seize();
        // its number cannot have gone to another if it is still there after that
        identity.require();
    }

    /// Stops the process while it waits, and reads its seccomp filters.
    ///
    /// @return null where it was doing something else, or this kernel does not tell
    @Nullable List<long[]> seccompFilters(Identity identity) throws IOException {
        attach(identity);
        tracee.interrupt();
        int stop = awaitStop();
        List<long[]> filters = new ArrayList<>();
        try {
            while (filters.size() < MOST_FILTERS) {
                filters.add(tracee.seccompFilter(filters.size()));
            }
        } catch (ErrnoException end) {
            filters = end.errno() == Errno.ENOENT ? filters : null;
        }
        tracee.detach(isInterruption(stop) ? 0 : signal(stop));
        return filters;
    }

    /// Attaches, drops and detaches. Where it ends with an exception PID 1 may still be attached
    /// to, until the calling thread ends.
    ///
    /// @param identity the process that is meant
    Result attempt(CapabilitySet drop, Identity identity) throws IOException {
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
        if (!architecture.waits(own) || !stoodAtCall(own)) {
            tracee.detach(0);
            return new Busy();
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

    /// Has the stopped process make the call, from its beginning to its end.
    ///
    /// @return the stop at its end, or another one that came before
    private int call(long[] own, int capability) throws IOException {
        tracee.setRegisters(architecture.dropping(own, capability));
        tracee.resume();
        int beginning = awaitStop();
        if (!isSyscallStop(beginning)) {
            return beginning;
        }
        if (!architecture.isInPrctl(tracee.registers())) {
            throw new LiveException(
                    "PID 1 went into another system call than the one it was sent into");
        }
        tracee.resume();
        int end = awaitStop();
        if (isSyscallStop(end)) {
            long result = architecture.result(tracee.registers());
            if (result != 0) {
                tracee.setRegisters(own);
                tracee.detach(0);
                throw new LiveException(
                        "the kernel refused PID 1 the drop (prctl: error " + -result + ")");
            }
        }
        return end;
    }

    /// A process in another mode has other registers and other system calls.
    private void requireOurMode(long[] registers) throws IOException {
        if (!architecture.isOurs(registers)) {
            tracee.detach(0);
            throw new LiveException(
                    "PID 1 is a program of another architecture than this host's, a 32-bit one for"
                            + " example");
        }
    }

    /// Whether the instruction that would be executed once more is that of a system call.
    private boolean stoodAtCall(long[] registers) throws IOException {
        try {
            return architecture.isCall(tracee.peek(architecture.executed(registers)));
        } catch (ErrnoException unreadable) {
            if (unreadable.errno() == Errno.EIO || unreadable.errno() == Errno.EFAULT) {
                return false;
            }
            throw unreadable;
        }
    }

    /// Waits in short steps, for a wait without end would hold us with a process that cannot stop.
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
                        "PID 1 did not stop within "
                                + PATIENCE.toSeconds()
                                + " s: it is frozen, in an uninterruptible sleep, or gets no"
                                + " processor");
            }
            if (waited > SPIN_NANOS) {
                LockSupport.parkNanos(PAUSE_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /// WIFSTOPPED of wait(2).
    private static int requireAlive(int status) throws LiveException {
        if ((status & 0xff) != 0x7f) {
            throw new LiveException(
                    (status & 0x7f) == 0
                            ? "PID 1 ended meanwhile"
                            : "PID 1 was ended by signal " + (status & 0x7f) + " meanwhile");
        }
        return status;
    }

    /// WSTOPSIG.
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
}
