package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The instructions are written as `struct sock_filter` has them: code, jt, jf, k.
class SeccompFilterTest {
    private static final int ALLOW = 0x7fff0000;
    private static final int KILL = 0x80000000;
    private static final int EPERM = 0x00050001;
    private static final SeccompFilter.Call DROP = Architecture.AMD64.dropCall(17);

    private static long op(int code, int jt, int jf, int k) {
        return (Integer.toUnsignedLong(k) << 32) | ((long) jf << 24) | ((long) jt << 16) | code;
    }

    private static long load(int offset) {
        return op(0x20, 0, 0, offset);
    }

    private static long answer(int action) {
        return op(0x06, 0, 0, action);
    }

    @Test
    void aFilterThatAllowsEverythingAllowsTheCall() {
        assertThat(new SeccompFilter(answer(ALLOW)).allows(DROP)).isTrue();
        assertThat(new SeccompFilter(answer(0x7ffc0000)).allows(DROP)).isTrue();
    }

    @Test
    void aFilterThatKillsForPrctlForbidsIt() {
        SeccompFilter kills =
                new SeccompFilter(load(0), op(0x15, 0, 1, 157), answer(KILL), answer(ALLOW));
        assertThat(kills.allows(DROP)).isFalse();
        assertThat(kills.allows(Architecture.AARCH64.dropCall(17))).isTrue();
    }

    @Test
    void aFilterThatRefusesThisOperationAloneForbidsIt() {
        SeccompFilter refuses =
                new SeccompFilter(
                        load(4),
                        op(0x15, 0, 4, 0xc000003e),
                        load(16),
                        op(0x54, 0, 0, 0xff),
                        op(0x15, 0, 1, 24),
                        answer(EPERM),
                        answer(ALLOW));
        assertThat(refuses.allows(DROP)).isFalse();
    }

    @Test
    void theCapabilityIsSeenAndTheUpperHalvesAreNothing() {
        SeccompFilter one =
                new SeccompFilter(
                        load(24), op(0x35, 0, 2, 18), load(28), answer(EPERM), answer(ALLOW));
        assertThat(one.allows(DROP)).isTrue();
        assertThat(one.allows(Architecture.AMD64.dropCall(21))).isFalse();
    }

    @Test
    void whoAsksForWhatIsNotKnownOfTheCallForbidsIt() {
        for (int offset : new int[] {8, 12, 32, 36, 40, 48, 56, 60}) {
            assertThat(new SeccompFilter(load(offset), answer(ALLOW)).allows(DROP))
                    .as("offset %d", offset)
                    .isFalse();
        }
    }

    @Test
    void arithmeticAndMemoryAreThoseOfBpf() {
        SeccompFilter sums =
                new SeccompFilter(
                        op(0x00, 0, 0, 40),
                        op(0x02, 0, 0, 3),
                        op(0x00, 0, 0, 2),
                        op(0x07, 0, 0, 0),
                        op(0x60, 0, 0, 3),
                        op(0x0c, 0, 0, 0),
                        op(0x24, 0, 0, 10),
                        op(0x34, 0, 0, 4),
                        op(0x74, 0, 0, 1),
                        op(0xa4, 0, 0, 1),
                        op(0x15, 0, 1, 53),
                        answer(ALLOW),
                        answer(KILL));
        // ((40 + 2) * 10 / 4 >> 1) ^ 1 = (105 >> 1) ^ 1 = 52 ^ 1
        assertThat(sums.allows(DROP)).isTrue();
        SeccompFilter jumps =
                new SeccompFilter(
                        op(0x05, 0, 0, 1), answer(KILL), op(0x80, 0, 0, 0), op(0x16, 0, 0, 0));
        assertThat(jumps.allows(DROP)).isFalse();
    }

    @Test
    void whatEndsWithoutAnAnswerForbidsIt() {
        assertThat(new SeccompFilter().allows(DROP)).isFalse();
        assertThat(new SeccompFilter(load(0)).allows(DROP)).isFalse();
    }
}
