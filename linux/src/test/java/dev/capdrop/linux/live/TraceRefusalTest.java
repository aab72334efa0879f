package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.live.Tracer.TraceRefusal;
import org.junit.jupiter.api.Test;

class TraceRefusalTest {
    private static final String ALL =
            """
            CapInh:\t0000000000000000
            CapPrm:\t000001ffffffffff
            CapEff:\t000001ffffffffff
            CapBnd:\t000001ffffffffff
            CapAmb:\t0000000000000000
            NoNewPrivs:\t0
            """;

    /// sys_ptrace is bit 19.
    private static final String WITHOUT =
            ALL.replace("CapEff:\t000001ffffffffff", "CapEff:\t000001fffff7ffff");

    @Test
    void aYamaThatForbidsItToEverybodyIsNamedWhateverOneHolds() {
        assertThat(TraceRefusal.why("3", ALL, null)).startsWith("kernel.yama.ptrace_scope is 3");
        assertThat(TraceRefusal.why("3", WITHOUT, null))
                .startsWith("kernel.yama.ptrace_scope is 3");
    }

    @Test
    void aYamaThatAsksForTheCapabilityIsNoReasonForWhoHoldsIt() {
        for (String scope : new String[] {"0", "1", "2"}) {
            assertThat(TraceRefusal.why(scope, ALL, null))
                    .doesNotContain("yama")
                    .startsWith("a tracer is there already");
        }
    }

    @Test
    void theCapabilityThatIsMissingIsNamedAndWhoAsksForIt() {
        assertThat(TraceRefusal.why("1", WITHOUT, null))
                .isEqualTo(
                        "this process is without CAP_SYS_PTRACE, which kernel.yama.ptrace_scope = 1"
                                + " asks for");
        assertThat(TraceRefusal.why("2", WITHOUT, null)).endsWith("ptrace_scope = 2 asks for");
        assertThat(TraceRefusal.why(null, WITHOUT, null))
                .isEqualTo("this process is without CAP_SYS_PTRACE");
    }

    @Test
    void theSecurityModulesOfTheKernelAreNamed() {
        assertThat(TraceRefusal.why("1", ALL, "lockdown,capability,yama,apparmor"))
                .contains("a security module (lockdown, capability, yama, apparmor) forbids it");
    }
}
