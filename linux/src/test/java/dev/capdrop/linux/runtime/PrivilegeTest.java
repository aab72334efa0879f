package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PrivilegeTest {
    @Test
    void theEffectiveUserCounts() {
        assertThat(Privilege.root(status("1000\t0\t0\t0"))).isTrue();
        assertThat(Privilege.root(status("0\t1000\t0\t0"))).isFalse();
    }

    private static String status(String uids) {
        return "Name:\tjava\nState:\tR (running)\nPPid:\t1\nUid:\t"
                + uids
                + "\nNSpid:\t7\nCapBnd:\t000001ffffffffff\n";
    }
}
