package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.proc.ProcDir.ProcStatus;
import org.junit.jupiter.api.Test;

final class ProcStatusTest {
    @Test
    void aLineThatIsCutOffIsRefusedAsEveryOther() {
        assertThatThrownBy(() ->
                        ProcStatus.parse("Name:\tx\nState:\tS\nNSpid:\t7\nPPid:\t1\nUid:\t0\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Uid: 0'");
    }

    @Test
    void theEffectiveUserCounts() {
        assertThat(ProcStatus.parse(ofUser("1000\t0\t0\t0")).uid()).isZero();
        assertThat(ProcStatus.parse(ofUser("0\t1000\t0\t0")).uid()).isEqualTo(1000);
    }

    /// One that has set nothing yet, one that blocks SIGRTMIN+3, and one that catches SIGPWR.
    @Test
    void aShutdownIsLostOnAnInitThatNeitherBlocksNorCatchesIt() {
        assertThat(ProcStatus.losesShutdown(ofSignals("0000000000000000", "0000000000000000")))
                .isTrue();
        assertThat(ProcStatus.losesShutdown(ofSignals("7fe3c0fe28014a03", "00000001000004ec")))
                .isFalse();
        assertThat(ProcStatus.losesShutdown(ofSignals("0000000000000000", "0000000020016623")))
                .isFalse();
    }

    private static String ofSignals(String blocked, String caught) {
        return ofUser("0\t0\t0\t0") + "SigBlk:\t" + blocked + "\nSigCgt:\t" + caught + "\n";
    }

    private static String ofUser(String uids) {
        return "Name:\tjava\nState:\tR (running)\nPPid:\t1\nUid:\t"
                + uids
                + "\nNSpid:\t7\nCapBnd:\t000001ffffffffff\n";
    }
}
