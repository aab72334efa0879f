package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ProcStatusTest {
    @Test
    void aLineThatIsCutOffIsRefusedAsEveryOther() {
        assertThatThrownBy(() ->
                        ProcStatus.parse("Name:\tx\nState:\tS\nNSpid:\t7\nPPid:\t1\nUid:\t0\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Uid: 0'");
    }
}
