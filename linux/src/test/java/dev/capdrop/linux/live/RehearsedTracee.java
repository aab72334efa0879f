package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Tracee;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A process that does not exist and does all that is expected of it.
final class RehearsedTracee extends Tracee {
    /// Above the largest number that a process can have (proc_sys_kernel(5), `pid_max`).
    private static final int NOBODY = Integer.MAX_VALUE;

    private static final int SIGTRAP = 5;
    private static final int EINTR = 4;
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
        this.registers = waiting(architecture);
        this.stop = outsideCall(architecture);
    }

    private static long[] waiting(Architecture architecture) {
        long[] values = new long[architecture.words()];
        values[architecture.mode().index()] = architecture.mode().value();
        values[architecture.registers().within()] = architecture.calls().waits().iterator().next();
        values[architecture.registers().result()] = -EINTR;
        return values;
    }

    private static CallStop outsideCall(Architecture architecture) {
        return new CallStop(CallStop.NONE, architecture.audit(), 0, 0, 0);
    }

    /// Returns the kernel's word of one that begins with the call that these registers send it
    /// into.
    static CallStop beginning(Architecture architecture, long[] values) {
        Architecture.Registers at = architecture.registers();
        return new CallStop(
                CallStop.ENTRY,
                architecture.audit(),
                values[at.call()],
                values[at.first()],
                values[at.second()]);
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
                        ? new CallStop(CallStop.EXIT, architecture.audit(), 0, 0, 0)
                        : beginning(architecture, registers);
    }

    @Override
    public void detach(int signal) throws IOException {
        inVain(() -> super.detach(signal));
    }
}
