package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.linux.perf.NamespaceAddresses.Namespaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesTest {
    private static final long INITIAL = 1;
    private static final long CONTAINER = 2;

    private static final Namespaces UNPRIVILEGED = new Namespaces(INITIAL, CONTAINER);

    /// 1 is the initial namespace, 2 the container's, 3 one below it; granting 0 is a refusal.
    @ParameterizedTest
    @CsvSource({
        "2, 2, USED",
        "3, 2, USED",
        "2, 0, MISSED",
        "1, 0, NEVER_HONOURED",
        "3, 0, BELOW",
        "3, 3, BELOW",
        "1, 1, HOST",
        "2, 1, HOST",
    })
    void aCheckMeansWhatItsTwoNamespacesSay(long demanded, long granting, Meaning meaning) {
        assertThat(UNPRIVILEGED.meaning(check(demanded, granting))).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, USED", "1, 0, MISSED", "3, 0, BELOW", "3, 3, BELOW", "3, 1, USED"})
    void inAPrivilegedContainerTheInitialNamespaceIsItsOwn(
            long demanded, long granting, Meaning meaning) {
        Namespaces privileged = new Namespaces(INITIAL, INITIAL);
        assertThat(privileged.meaning(check(demanded, granting))).isEqualTo(meaning);
    }

    @Test
    void onlyAContainerWithoutANamespaceOfItsOwnIsPrivileged() {
        assertThat(UNPRIVILEGED.privileged()).isFalse();
        assertThat(new Namespaces(INITIAL, INITIAL).privileged()).isTrue();
    }

    private static CapabilityCheck check(long demanded, long granting) {
        return new CapabilityCheck(0, demanded, granting, granting != 0, 7, 0, 1);
    }
}
