package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearNamesTest {
    @Test
    void whatWasMeantIsNear() {
        List<String> names = List.of("sys_rawio", "sys_admin", "sys_module", "chown");
        assertThat(NearNames.of("sys_rawoi", names)).containsExactly("sys_rawio");
        assertThat(NearNames.of("rawio", names)).containsExactly("sys_rawio");
        assertThat(NearNames.of("cown", names)).containsExactly("chown");
        assertThat(NearNames.of("something", names)).isEmpty();
        assertThat(NearNames.question("sys_rawoi", names)).isEqualTo("; did you mean 'sys_rawio'?");
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearOneWhereverItIsGiven() {
        String sentence =
                "no capability is called 'CAP_SYS_RAWOI', expected names as in capabilities(7), such"
                        + " as sys_rawio; did you mean 'sys_rawio'?";
        assertThatThrownBy(() -> Capability.of("CAP_SYS_RAWOI")).hasMessage(sentence);
        assertThatThrownBy(() -> CapabilitySet.of("chown", "CAP_SYS_RAWOI")).hasMessage(sentence);
    }
}
