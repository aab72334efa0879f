package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.change.LiveStep;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NotSuspendedTest {
    private static final int TSTP = 20;
    private static final int TTIN = 21;
    private static final int TTOU = 22;

    private final ContainerId web = new ContainerId("lxc", "web", "/var/lib/lxc");
    private final Init init = new Init(4242, Instant.EPOCH, true, CapabilitySet.EMPTY, false);

    /// Which of the three this process catches, as proc_pid_status(5) shows it.
    private static List<Integer> caught() throws IOException {
        String mask =
                Files.readString(Path.of("/proc/self/status"))
                        .lines()
                        .filter(line -> line.startsWith("SigCgt:"))
                        .findFirst()
                        .orElseThrow()
                        .substring(7)
                        .strip();
        return List.of(TSTP, TTIN, TTOU).stream()
                .filter(signal -> new BigInteger(mask, 16).testBit(signal - 1))
                .toList();
    }

    /// Takes another step within its own, as where several containers have their turn at once, or
    /// fails.
    private record Step(@Nullable LiveStep within, boolean fails) implements LiveStep {
        @Override
        public String obstacle(ContainerId container, Init init, CapabilitySet capabilities)
                throws IOException {
            assertThat(caught()).containsExactly(TSTP, TTIN, TTOU);
            return "";
        }

        @Override
        public Duration drop(ContainerId container, Init init, CapabilitySet capabilities)
                throws IOException {
            if (fails) {
                throw new IOException("it failed");
            }
            if (within != null) {
                assertThat(within.obstacle(container, init, capabilities)).isEmpty();
            }
            assertThat(caught()).containsExactly(TSTP, TTIN, TTOU);
            return Duration.ofMillis(1);
        }

        @Override
        public List<String> forget(ContainerId container, List<String> units) {
            return units;
        }
    }

    @Test
    void noTerminalSuspendsTheProgramWhilePid1MayStandStillAndEachDoesAfterwards()
            throws IOException {
        LiveStep inner = new NotSuspended(new Step(null, false));
        LiveStep step = new NotSuspended(new Step(inner, false));
        assertThat(caught()).isEmpty();
        assertThat(step.drop(web, init, CapabilitySet.EMPTY)).isPositive();
        assertThat(caught()).isEmpty();
        LiveStep failing = new NotSuspended(new Step(inner, true));
        assertThatThrownBy(() -> failing.drop(web, init, CapabilitySet.EMPTY))
                .hasMessage("it failed");
        assertThat(caught()).isEmpty();
    }
}
