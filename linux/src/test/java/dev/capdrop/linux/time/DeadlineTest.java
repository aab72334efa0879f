package dev.capdrop.linux.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Deadline.Processors;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class DeadlineTest {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Sketch machine = new Sketch();

    @Test
    void onAMachineThatIsNotBusyALimitIsWhatItSays() {
        machine.busy = 0.5;
        assertThat(passesAfter(Deadline.atLeast(LIMIT, machine))).isEqualTo(15);
    }

    @Test
    void whereTwiceAsManyWantAProcessorItIsTwiceAsLong() {
        machine.busy = 2;
        assertThat(passesAfter(Deadline.atLeast(LIMIT, machine))).isEqualTo(30);
    }

    @Test
    void itIsLongerForTheTimeThatTheMachineWasBusy() {
        Deadline deadline = Deadline.atLeast(LIMIT, machine);
        machine.busy = 5;
        wait(deadline, 50);
        machine.busy = 1;
        assertThat(50 + passesAfter(deadline)).isBetween(54, 56);
    }

    @Test
    void whoGetsNoProcessorForLongDoesNotTakeThatForALimitThatHasPassed() {
        Deadline deadline = Deadline.atLeast(LIMIT, machine);
        machine.now += Duration.ofSeconds(40).toNanos();
        machine.busy = 44;
        assertThat(deadline.passed()).isFalse();
    }

    @Test
    void noLoadMakesItMoreThanEightTimesAsLong() {
        machine.busy = 1000;
        assertThat(passesAfter(Deadline.atLeast(LIMIT, machine))).isEqualTo(120);
    }

    @Test
    void noLoadMakesItMoreThanFourMinutesLonger() {
        machine.busy = 1000;
        Duration minutes = Duration.ofMinutes(5);
        assertThat(passesAfter(Deadline.atLeast(minutes, machine))).isEqualTo(9 * 60);
    }

    @Test
    void whatTheUserSaidIsNotLongerOnABusyMachine() {
        assertThat(Patience.exactly(Duration.ofMillis(40)).begin().toWait())
                .isLessThanOrEqualTo(Duration.ofMillis(40).toNanos());
        Deadline end = Deadline.in(Duration.ZERO);
        assertThat(end.passed()).isTrue();
        assertThat(Deadline.atLeast(LIMIT).notAfter(end).passed()).isTrue();
    }

    @Test
    void howLongItBecameIsSaid() {
        Deadline deadline = Deadline.atLeast(LIMIT, machine);
        assertThat(deadline.allowed()).isEqualTo("15 s");
        machine.busy = 6.3;
        passesAfter(deadline);
        assertThat(deadline.allowed()).isEqualTo("15 s (95 s on this busy machine)");
    }

    @Test
    void howManyWantAProcessorIsToldByTheKernel() {
        assertThat(Processors.wanted("88.20 61.02 30.12 90/412 11206\n", 2)).isEqualTo(45);
        assertThat(Processors.OF_THIS_MACHINE.busy()).isPositive();
    }

    /// How many seconds it takes until one has passed.
    private int passesAfter(Deadline deadline) {
        int seconds = 0;
        while (!deadline.passed()) {
            assertThat(deadline.toWait()).isBetween(1L, Duration.ofSeconds(1).toNanos());
            machine.now += Duration.ofSeconds(1).toNanos();
            seconds++;
        }
        return seconds;
    }

    private void wait(Deadline deadline, int seconds) {
        for (int i = 0; i < seconds; i++) {
            machine.now += Duration.ofSeconds(1).toNanos();
            assertThat(deadline.passed()).isFalse();
        }
    }

    private static final class Sketch implements Deadline.Machine {
        private long now = 7;
        private double busy = 1;

        @Override
        public long now() {
            return now;
        }

        @Override
        public double busy() {
            return busy;
        }
    }
}
