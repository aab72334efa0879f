package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Tracee;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A process that does not exist and does all that is expected of it: the first time through a
/// [Step] the JVM loads classes and links calls for milliseconds, for which PID 1 need not wait.
final class RehearsedTracee extends Tracee {
    /// Above the largest number that a process can have (proc_sys_kernel(5), `pid_max`).
    private static final int NOBODY = Integer.MAX_VALUE;

    private static final int SIGTRAP = 5;
    private static final int STOPPED = 0x7f;

    /// BPF_RET, SECCOMP_RET_ALLOW.
    private static final long ALLOW = 0x7fff0000L << 32 | 0x06;

    private final Architecture architecture;
    private long[] registers;
    private CallStop stop;
    private boolean interrupted;

    RehearsedTracee(Architecture architecture) {
        super(NOBODY);
        this.architecture = architecture;
        this.registers = architecture.waiting();
        this.stop = architecture.outsideCall();
    }

    @FunctionalInterface
    private interface Request {
        void make() throws IOException;
    }

    private static void inVain(Request request) throws IOException {
        try {
            request.make();
        } catch (ErrnoException nobody) {
            // that is what a rehearsal is
        }
    }

    @Override
    public void seize() throws IOException {
        inVain(super::seize);
    }

    @Override
    public void interrupt() throws IOException {
        inVain(super::interrupt);
    }

    @Override
    public int poll() throws IOException {
        inVain(super::poll);
        int stop = interrupted ? SYSCALL_STOP : EVENT_STOP << 8 | SIGTRAP;
        interrupted = true;
        return stop << 8 | STOPPED;
    }

    @Override
    public long[] registers() throws IOException {
        inVain(super::registers);
        return registers.clone();
    }

    @Override
    public void setRegisters(long[] values) throws IOException {
        inVain(() -> super.setRegisters(values));
        registers = values.clone();
    }

    @Override
    public CallStop callStop() throws IOException {
        inVain(super::callStop);
        return stop;
    }

    @Override
    public long @Nullable [] seccompFilter(int index) throws IOException {
        inVain(() -> super.seccompFilter(index));
        return index == 0 ? new long[] {ALLOW} : null;
    }

    @Override
    public void resume() throws IOException {
        inVain(super::resume);
        stop =
                stop.place() == CallStop.ENTRY
                        ? architecture.ending(0)
                        : architecture.beginning(registers);
    }

    @Override
    public void detach(int signal) throws IOException {
        inVain(() -> super.detach(signal));
    }
}
