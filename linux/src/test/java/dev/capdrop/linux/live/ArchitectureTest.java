package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.libc.Tracee.CallStop;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    /// `user_regs_struct` of a process in epoll_wait that was interrupted.
    private static long[] waiting() {
        long[] registers = new long[27];
        registers[10] = -4;
        registers[15] = 232;
        registers[16] = 0x1002;
        registers[17] = 0x33;
        return registers;
    }

    private static long[] with(int index, long value) {
        long[] registers = waiting();
        registers[index] = value;
        return registers;
    }

    @Test
    void onlyAnInterruptedWaitIsAWait() {
        assertThat(Architecture.AMD64.waits(waiting())).isTrue();
        assertThat(Architecture.AMD64.waits(with(15, 281))).isTrue();
        assertThat(Architecture.AMD64.waits(with(15, 441))).isTrue();
        assertThat(Architecture.AMD64.waits(with(15, 0))).as("read").isFalse();
        assertThat(Architecture.AMD64.waits(with(15, -1))).as("no call").isFalse();
        assertThat(Architecture.AMD64.waits(with(10, 2))).as("two events came").isFalse();
        assertThat(Architecture.AMD64.waits(with(15, 0x40000000L | 232))).as("x32").isFalse();
    }

    private static CallStop callOf(int architecture) {
        return new CallStop(CallStop.NONE, architecture, 0, 0, 0);
    }

    @Test
    void a32BitProcessIsNotOurs() {
        CallStop call = callOf(0xc000003e);
        assertThat(Architecture.AMD64.isOurs(waiting(), call)).isTrue();
        assertThat(Architecture.AMD64.isOurs(with(17, 0x23), call)).as("compat").isFalse();
        assertThat(Architecture.AMD64.isOurs(new long[8], call)).as("i386 registers").isFalse();
        long[] arm = new long[34];
        CallStop armCall = callOf(0xc00000b7);
        assertThat(Architecture.AARCH64.isOurs(arm, armCall)).isTrue();
        arm[33] = 0x10;
        assertThat(Architecture.AARCH64.isOurs(arm, armCall)).as("AArch32").isFalse();
    }

    /// `int 0x80` in 64-bit code: the instruction that would be executed once more is another one.
    @Test
    void a64BitProcessThatMakesA32BitCallIsNotOurs() {
        assertThat(Architecture.AMD64.isOurs(waiting(), callOf(0x40000003))).isFalse();
    }

    @Test
    void onlyTheCallThatItWasSentIntoIsTheDrop() {
        CallStop drop =
                RehearsedTracee.beginning(
                        Architecture.AMD64, Architecture.AMD64.dropping(waiting(), 17));
        assertThat(drop).isEqualTo(new CallStop(CallStop.ENTRY, 0xc000003e, 157, 24, 17));
        assertThat(Architecture.AMD64.isDrop(drop, 17)).isTrue();
        assertThat(Architecture.AMD64.isDrop(drop, 16)).as("another capability").isFalse();
        CallStop another = new CallStop(CallStop.ENTRY, 0xc000003e, 59, 24, 17);
        assertThat(Architecture.AMD64.isDrop(another, 17)).as("execve").isFalse();
        CallStop ended = new CallStop(CallStop.EXIT, 0xc000003e, 157, 24, 17);
        assertThat(Architecture.AMD64.isDrop(ended, 17)).as("its end").isFalse();
    }

    @Test
    void whoMakesAnotherCallIsSentIntoNone() {
        long[] none = Architecture.AMD64.withoutCall(waiting());
        assertThat(none[15]).isEqualTo(-1);
        assertThat(none[10]).as("its wait has ended with EINTR").isEqualTo(-4);
        assertThat(none[16]).isEqualTo(0x1002);
    }

    @Test
    void theCallStandsWhereTheWaitStoodAndNothingElseChanges() {
        long[] own = with(3, 99);
        own[12] = 29;
        own[7] = -1;
        own[9] = 77;
        long[] call = Architecture.AMD64.dropping(own, 17);
        assertThat(call[16]).isEqualTo(0x1000);
        assertThat(call[10]).isEqualTo(157);
        assertThat(call[15]).isEqualTo(-1);
        assertThat(new long[] {call[14], call[13], call[12], call[7], call[9]})
                .as("the C library may keep something of its own in the last three")
                .containsExactly(24, 17, 29, -1, 77);
        assertThat(call[3]).isEqualTo(99);
        assertThat(own[10]).isEqualTo(-4);
        long[] arm = Architecture.AARCH64.dropping(new long[34], 17);
        assertThat(arm[8]).isEqualTo(167);
        assertThat(arm[32]).isEqualTo(-4);
        assertThat(new long[] {arm[0], arm[1], arm[2]}).containsExactly(24, 17, 0);
    }
}
