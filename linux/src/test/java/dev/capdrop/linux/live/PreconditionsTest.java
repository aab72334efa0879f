package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PreconditionsTest {
    private static final String WELL =
            """
            Name:\tsystemd
            State:\tS (sleeping)
            TracerPid:\t0
            Threads:\t1
            CapInh:\t0000000000000000
            CapPrm:\t000001ffffffffff
            CapEff:\t000001ffffffffff
            CapBnd:\t000001ffffffffff
            CapAmb:\t0000000000000000
            NoNewPrivs:\t0
            """;

    private static void refused(String from, String to, String why) {
        assertThatThrownBy(() -> Preconditions.require(WELL.replace(from, to)))
                .isInstanceOf(LiveException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aSystemdThatWaitsIsTaken() {
        assertThatCode(() -> Preconditions.require(WELL)).doesNotThrowAnyException();
    }

    @Test
    void severalThreadsAreRefused() {
        refused("Threads:\t1", "Threads:\t2", "PID 1 has 2 threads");
    }

    @Test
    void aTracerThatIsThereIsRefused() {
        refused("TracerPid:\t0", "TracerPid:\t77", "process 77 traces PID 1 already");
    }

    /// The kernel escapes only the line feed and `\\` in a name.
    @Test
    void theNameOfAProcessDoesNotTellWhoTracesIt() {
        refused(
                "systemd\nState:\tS (sleeping)\nTracerPid:\t0",
                "x\rTracerPid:\t0\nState:\tS (sleeping)\nTracerPid:\t77",
                "process 77 traces PID 1 already");
    }

    @Test
    void aPid1ThatIsStoppedIsRefused() {
        refused("S (sleeping)", "T (stopped)", "PID 1 is stopped by a signal");
    }

    @Test
    void aPid1WithoutSetpcapIsRefused() {
        refused("CapEff:\t000001ffffffffff", "CapEff:\t000001fffffffeff", "without CAP_SETPCAP");
    }

    @Test
    void anotherStatusThanTheKernelsIsAFailure() {
        assertThatThrownBy(() -> Preconditions.require("Name:\tx\n"))
                .hasMessageContaining("no 'Threads'");
    }

    @Test
    void aSeccompFilterIsSeen() {
        assertThat(Preconditions.filtered(WELL + "Seccomp:\t0\n")).isFalse();
        assertThat(Preconditions.filtered(WELL + "Seccomp:\t2\n")).isTrue();
        assertThat(Preconditions.filtered(WELL)).as("a kernel without seccomp").isFalse();
    }

    @Test
    void a32BitProgramIsSeenByItsStack() throws IOException {
        String here = Files.readString(Path.of("/proc/self/stat"));
        assertThat(Preconditions.is32Bit(here)).isFalse();
        String stack = here.substring(here.lastIndexOf(')') + 2).split(" ")[25];
        assertThat(Preconditions.is32Bit(here.replace(stack, "4291944032"))).isTrue();
        assertThat(Preconditions.is32Bit(here.replace(stack, "0"))).as("not told").isFalse();
    }
}
