package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProxmoxRuntimeTest {
    @Test
    void theReasonThatPctGivesBeforeItsLastLineIsKept() {
        String said =
                """
                bridge 'vmbr9' does not exist

                lxc_init: 844 Failed to run lxc.hook.pre-start\r
                startup for container '101' failed
                """;
        assertThat(ProxmoxRuntime.lastLines(said))
                .isEqualTo(
                        "bridge 'vmbr9' does not exist / lxc_init: 844 Failed to run"
                                + " lxc.hook.pre-start / startup for container '101' failed");
    }

    @Test
    void whatPctSaysIsBoundedAndHoldsNoControlCharacter() {
        assertThat(ProxmoxRuntime.lastLines("a\u001b[2Jb")).isEqualTo("a?[2Jb");
        assertThat(ProxmoxRuntime.lastLines("one\n".repeat(1000)))
                .isEqualTo("one / one / one / one / one");
        assertThat(ProxmoxRuntime.lastLines("x".repeat(5000))).hasSize(601).startsWith("…");
        assertThat(ProxmoxRuntime.lastLines("\n\n")).isEmpty();
    }
}
