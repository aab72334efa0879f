package dev.capdrop.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Init.KernelStart;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InitTest {
    private static final Instant THEN = Instant.parse("2026-01-01T10:00:00Z");
    private static final String THIS_BOOT = "4f6c1b0e-9a53-4a44-8a5c-0d0d0c6b5a11";
    private static final Instant AN_HOUR_EARLIER = THEN.minusSeconds(3600);

    private static Init init(int pid, Instant startedAt, long ticks) {
        return init(pid, startedAt, ticks == 0 ? null : new KernelStart(ticks, THIS_BOOT));
    }

    private static Init init(int pid, Instant startedAt, @Nullable KernelStart start) {
        return new Init(
                pid, startedAt, true, CapabilitySet.EMPTY, false, null, start, CapabilitySet.EMPTY);
    }

    @Test
    void aClockThatWasSetInBetweenMakesNoOtherProcess() {
        Init read = init(4242, THEN, 5000);
        assertThat(init(4242, AN_HOUR_EARLIER, 5000).isSameProcess(read)).isTrue();
    }

    @Test
    void aNumberThatWasGivenAgainIsAnotherProcessWhateverTheClockSays() {
        Init read = init(4242, THEN, 5000);
        assertThat(init(4242, THEN, 5001).isSameProcess(read)).isFalse();
        assertThat(init(4243, THEN, 5000).isSameProcess(read)).isFalse();
    }

    @Test
    void afterTheMachineHasBootedTheSameNumberAndTicksAreAnotherProcess() {
        Init read = init(4242, THEN, 5000);
        Init again = init(4242, THEN, new KernelStart(5000, "the next boot"));
        assertThat(again.isSameProcess(read)).isFalse();
        assertThat(again.isOfAnotherBoot(read)).isTrue();
        Init unknown = init(4242, THEN, new KernelStart(5000, ""));
        assertThat(unknown.isSameProcess(read)).isTrue();
        assertThat(unknown.isOfAnotherBoot(read)).isFalse();
    }

    @Test
    void ofAnEntryThatDoesNotHoldItTheTimeByTheClockDecides() {
        Init read = init(4242, THEN, 0);
        assertThat(init(4242, THEN.plusMillis(500), 5000).isSameProcess(read)).isTrue();
        assertThat(init(4242, AN_HOUR_EARLIER, 5000).isSameProcess(read)).isFalse();
    }
}
