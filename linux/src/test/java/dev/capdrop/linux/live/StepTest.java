package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.libc.Tracee.CallStop;
import dev.capdrop.linux.live.Step.Identity;
import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The order of the requests, on a process that does not exist.
class StepTest {
    private static final CapabilitySet TWO = CapabilitySet.of("sys_module", "sys_rawio");
    private static final int SIGCHLD_STOP = 17 << 8 | 0x7f;

    /// Writes down what it is asked.
    private static final class Noted extends Tracee {
        final List<String> requests = new ArrayList<>();
        private final RehearsedTracee rehearsal;
        private final Architecture architecture;
        int signalAt = -1;
        long refusal;
        int filters;
        @Nullable CallStop another;
        private int polls;
        private long stopsAt;

        Noted(Architecture architecture) {
            super(Integer.MAX_VALUE);
            this.architecture = architecture;
            this.rehearsal = new RehearsedTracee(architecture);
        }

        @Override
        public void seize() throws IOException {
            requests.add("seize");
        }

        @Override
        public void interrupt() {
            requests.add("interrupt");
        }

        @Override
        public int poll() throws IOException {
            if (System.nanoTime() < stopsAt) {
                return 0;
            }
            int stop = rehearsal.poll();
            return polls++ == signalAt ? SIGCHLD_STOP : stop;
        }

        @Override
        public long[] registers() throws IOException {
            return rehearsal.registers();
        }

        @Override
        public CallStop callStop() throws IOException {
            CallStop stop = rehearsal.callStop();
            return switch (stop.place()) {
                case CallStop.ENTRY -> another == null ? stop : another;
                case CallStop.EXIT ->
                        new CallStop(CallStop.EXIT, stop.architecture(), refusal, 0, 0);
                default -> stop;
            };
        }

        @Override
        public long @Nullable [] seccompFilter(int index) {
            return index < filters ? new long[] {0x7fff0000L << 32 | 0x06} : null;
        }

        @Override
        public void setRegisters(long[] values) throws IOException {
            requests.add(
                    architecture.waits(values)
                            ? "own registers"
                            : values[10] == -4
                                    ? "no call"
                                    : "prctl " + values[14] + " " + values[13]);
            rehearsal.setRegisters(values);
        }

        @Override
        public void resume() throws IOException {
            requests.add("resume");
            rehearsal.resume();
        }

        @Override
        public void detach(int signal) {
            requests.add("detach " + signal);
        }
    }

    private final Noted tracee = new Noted(Architecture.AMD64);

    private Step.Result attempt() throws IOException {
        try (ProcDir self = ProcDir.open((int) ProcessHandle.current().pid());
                Identity identity = Identity.of(self)) {
            return new Step(tracee, Architecture.AMD64).attempt(TWO, identity, tracee.filters > 0);
        }
    }

    @Test
    void eachCapabilityIsOneCallAndThenPid1HasItsOwnRegisters() throws IOException {
        assertThat(attempt()).isInstanceOf(Step.Done.class);
        assertThat(tracee.requests)
                .containsExactly(
                        "seize",
                        "interrupt",
                        "prctl 24 16",
                        "resume",
                        "resume",
                        "prctl 24 17",
                        "resume",
                        "resume",
                        "own registers",
                        "detach 0");
    }

    /// As one that waits for a processor on a machine with too much to do.
    @Test
    void oneThatStopsAfterTwoSecondsIsWaitedFor() throws IOException {
        tracee.stopsAt = System.nanoTime() + 2_000_000_000L;
        assertThat(attempt()).isInstanceOf(Step.Done.class);
    }

    @Test
    void aSignalThatComesFirstIsPassedOn() throws IOException {
        tracee.signalAt = 0;
        assertThat(attempt()).isInstanceOf(Step.Busy.class);
        assertThat(tracee.requests).containsExactly("seize", "interrupt", "detach 17");
    }

    @Test
    void aSignalInBetweenIsPassedOnAfterPid1HasItsOwnRegistersAgain() throws IOException {
        tracee.signalAt = 1;
        assertThat(attempt()).isInstanceOf(Step.Busy.class);
        assertThat(tracee.requests)
                .containsExactly(
                        "seize",
                        "interrupt",
                        "prctl 24 16",
                        "resume",
                        "own registers",
                        "detach 17");
    }

    @Test
    void aCallThatIsRefusedLeavesPid1WithItsOwnRegisters() {
        tracee.refusal = -1;
        assertThatThrownBy(this::attempt)
                .isInstanceOf(LiveException.class)
                .hasMessageContaining("the kernel refused PID 1 the drop");
        assertThat(tracee.requests).endsWith("own registers", "detach 0");
    }

    @Test
    void aCallThatIsNotTheOneItWasSentIntoIsNotMade() {
        tracee.another = new CallStop(CallStop.ENTRY, 0xc000003e, 59, 24, 16);
        assertThatThrownBy(this::attempt)
                .isInstanceOf(LiveException.class)
                .hasMessageContaining("PID 1 went into another system call");
        assertThat(tracee.requests).endsWith("resume", "no call", "detach 0");
    }

    @Test
    void asManyFiltersAsAreLookedAtAreAllowed() throws IOException {
        tracee.filters = 64;
        assertThat(attempt()).isInstanceOf(Step.Done.class);
    }

    @Test
    void aFilterMoreThanAreLookedAtIsRefused() {
        tracee.filters = 65;
        assertThatThrownBy(this::attempt)
                .isInstanceOf(LiveException.class)
                .hasMessage("PID 1 has more than 64 seccomp filters, too many to look at");
        assertThat(tracee.requests).containsExactly("seize", "interrupt", "detach 0");
    }
}
