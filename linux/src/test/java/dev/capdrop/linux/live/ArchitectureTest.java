package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void a32BitProcessIsNotOurs() {
        assertThat(Architecture.AMD64.isOurs(waiting())).isTrue();
        assertThat(Architecture.AMD64.isOurs(with(17, 0x23))).as("compat").isFalse();
        assertThat(Architecture.AMD64.isOurs(new long[8])).as("i386 registers").isFalse();
        long[] arm = new long[34];
        assertThat(Architecture.AARCH64.isOurs(arm)).isTrue();
        arm[33] = 0x10;
        assertThat(Architecture.AARCH64.isOurs(arm)).as("AArch32").isFalse();
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

    @Test
    void theInstructionOfACallIsKnown() {
        assertThat(Architecture.AMD64.isCall(0x1122334455_66050fL)).isTrue();
        assertThat(Architecture.AMD64.isCall(0x80cdL)).as("int 0x80").isFalse();
        assertThat(Architecture.AARCH64.isCall(0xffffffffd4000001L)).isTrue();
    }
}
