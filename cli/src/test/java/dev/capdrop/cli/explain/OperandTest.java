package dev.capdrop.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.command.Mistakes.UsageException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OperandTest {
    @ParameterizedTest
    @CsvSource({"sys_rawio,17", "CAP_SYS_RAWIO,17", "Cap_Sys_RawIO,17", "17,17", "0,0", "63,63"})
    void aCapabilityIsNamedInAnyCaseOrNumbered(String word, int number) {
        assertThat(Operand.parse(word, false))
                .isEqualTo(new Operand.OfCapability(new Capability(number)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web",
                "lxc:web",
                "101",
                "pve:101",
                "64",
                "lxc:sys_rawio",
                "root:/srv/@/web"
            })
    void anythingElseIsAContainer(String word) {
        assertThat(Operand.parse(word, false)).isEqualTo(new Operand.OfContainer(word));
    }

    @ParameterizedTest
    @CsvSource({
        "bounding,bounding set",
        "Ambient,ambient set",
        "userns,user namespace",
        "ConditionCapability,condition"
    })
    void aTermIsMeantUnlessTheContainerIsCalledInFull(String word, String title) {
        assertThat(Operand.parse(word, false))
                .isInstanceOfSatisfying(
                        Operand.OfTerm.class, of -> assertThat(of.term().title()).isEqualTo(title));
        String full = "lxc:" + word;
        assertThat(Operand.parse(full, false)).isEqualTo(new Operand.OfContainer(full));
    }

    @ParameterizedTest
    @CsvSource({
        "ssh.service@web,ssh.service,web",
        "ssh@web,ssh.service,web",
        "foo@bar.service@web,foo@bar.service,web",
        "getty@tty1@lxc:web,getty@tty1.service,lxc:web",
        "dev-mqueue.mount@101,dev-mqueue.mount,101",
        "ssh@root:/srv/@/web,ssh.service,root:/srv/@/web"
    })
    void aUnitIsSplitFromItsContainerAtTheLastAt(String word, String unit, String target) {
        assertThat(Operand.parse(word, false)).isEqualTo(new Operand.OfUnit(unit, target));
        assertThat(Operand.parse(word, true)).isEqualTo(new Operand.OfUnit(unit, target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssh.service", "foo@bar.service"})
    void inARecordingAUnitNeedsNoContainer(String word) {
        assertThat(Operand.parse(word, true)).isEqualTo(new Operand.OfUnit(word, null));
        assertThatThrownBy(() -> Operand.parse(word, false))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("'" + word + "' names no container, expected UNIT@TARGET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@web", "ssh.service@", "@", "a b@web", "ssh/x@web"})
    void whatIsNoUnitIsRefused(String word) {
        assertThatThrownBy(() -> Operand.parse(word, false))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("expected UNIT@TARGET");
    }
}
