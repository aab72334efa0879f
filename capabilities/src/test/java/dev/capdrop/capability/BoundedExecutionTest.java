package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoundedExecutionTest {
    private static final int LAST = 40;
    private static final Kernel KERNEL = Kernel.of("6.12.0", LAST);
    private static final CapabilitySet WITHOUT_RAW =
            CapabilitySet.upTo(LAST).minus(CapabilitySet.of("net_raw"));

    private static BoundedExecution execute(String text, long rootId, CapabilitySet bounding) {
        FileCapabilities file = FileCapabilities.of(CapabilityState.parse(text, LAST), rootId);
        return BoundedExecution.of(ExecutedFile.with(file), bounding, KERNEL);
    }

    /// The effective bit alone decides between a refusal and a loss.
    @ParameterizedTest
    @CsvSource({
        "cap_net_raw=ep, true, net_raw",
        "cap_net_raw=p, false, net_raw",
        "'cap_net_raw,cap_kill=p', false, net_raw",
        "cap_kill=ep, false, ''",
        "cap_net_raw=ei, false, ''"
    })
    void aFileLacksWhatTheBoundingSetKeepsFromIt(String text, boolean refused, String lacking) {
        for (long rootId : new long[] {0, 100_000}) {
            BoundedExecution execution = execute(text, rootId, WITHOUT_RAW);
            assertThat(execution.refused()).isEqualTo(refused);
            assertThat(execution.lacking(LAST))
                    .isEqualTo(lacking.isEmpty() ? CapabilitySet.EMPTY : CapabilitySet.of(lacking));
            assertThat(execution.byRoot().outcome() instanceof Execve.Outcome.Refused)
                    .as("root, too")
                    .isEqualTo(refused);
        }
    }

    @Test
    void theUserGetsWhatTheFileGivesAndRootAllThatIsLeft() {
        BoundedExecution execution = execute("cap_net_raw,cap_kill=p", 100_000, WITHOUT_RAW);
        assertThat(BoundedExecution.permitted(execution.byUser()))
                .isEqualTo(CapabilitySet.of("kill"));
        assertThat(BoundedExecution.permitted(execution.byRoot())).isEqualTo(WITHOUT_RAW);
        assertThat(BoundedExecution.permitted(execute("cap_net_raw=ep", 0, WITHOUT_RAW).byUser()))
                .isNull();
    }

    @Test
    void whatTheKernelDoesNotKnowIsNotMissed() {
        FileCapabilities file =
                new FileCapabilities(
                        FileCapabilities.Version.V2,
                        new CapabilitySet(1L << 60),
                        CapabilitySet.EMPTY,
                        true,
                        null);
        BoundedExecution execution =
                BoundedExecution.of(ExecutedFile.with(file), WITHOUT_RAW, KERNEL);
        assertThat(execution.lacking(LAST)).isEqualTo(CapabilitySet.EMPTY);
        assertThat(execution.refused()).isFalse();
    }
}
