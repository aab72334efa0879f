package dev.capdrop.linux.live;

import dev.capdrop.linux.libc.Tracee;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The requests of a step, with something in front of each.
final class HookedTracee extends Tracee {
    private final Hook hook;

    /// What happens before a request.
    @FunctionalInterface
    interface Hook {
        void before() throws IOException;
    }

    HookedTracee(int pid, Hook hook) {
        super(pid);
        this.hook = hook;
    }

    @Override
    public void seize() throws IOException {
        hook.before();
        super.seize();
    }

    @Override
    public void interrupt() throws IOException {
        hook.before();
        super.interrupt();
    }

    @Override
    public int poll() throws IOException {
        int status = super.poll();
        if (status != 0) {
            hook.before();
        }
        return status;
    }

    @Override
    public long[] registers() throws IOException {
        hook.before();
        return super.registers();
    }

    @Override
    public void setRegisters(long[] registers) throws IOException {
        hook.before();
        super.setRegisters(registers);
    }

    @Override
    public CallStop callStop() throws IOException {
        hook.before();
        return super.callStop();
    }

    @Override
    public long @Nullable [] seccompFilter(int index) throws IOException {
        hook.before();
        return super.seccompFilter(index);
    }

    @Override
    public void resume() throws IOException {
        hook.before();
        super.resume();
    }

    @Override
    public void detach(int signal) throws IOException {
        hook.before();
        super.detach(signal);
    }
}
