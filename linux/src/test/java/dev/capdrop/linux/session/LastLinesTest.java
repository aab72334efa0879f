package dev.capdrop.linux.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LastLinesTest {
    @Test
    void theReasonThatAProgramGivesBeforeItsLastLineIsKept() {
        String said =
                """
                bridge 'vmbr9' does not exist

                lxc_init: 844 Failed to run lxc.hook.pre-start\r
                startup for container '101' failed
                """;
        assertThat(lastLines(said))
                .isEqualTo(
                        "bridge 'vmbr9' does not exist / lxc_init: 844 Failed to run"
                                + " lxc.hook.pre-start / startup for container '101' failed");
    }

    @Test
    void whatAProgramSaysIsBoundedAndHoldsNoControlCharacter() {
        assertThat(lastLines("a\u001b[2Jb")).isEqualTo("a?[2Jb");
        assertThat(lastLines("one\n".repeat(1000))).isEqualTo("one / one / one / one / one");
        assertThat(lastLines("x".repeat(5000))).hasSize(601).startsWith("…");
        assertThat(lastLines("\n\n")).isEmpty();
    }

    private static String lastLines(String output) {
        return new HostProgram.Outcome(true, 1, output).lastLines();
    }
}
