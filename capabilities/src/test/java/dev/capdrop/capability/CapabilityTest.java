package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CapabilityTest {
    @Test
    void everyCapabilityOfTodaysKernelsHasARow() {
        assertThat(KnowledgeTable.size()).isEqualTo(41);
        for (Capability capability : CapabilitySet.upTo(40)) {
            Knowledge known = capability.knowledge();
            assertThat(known).isNotNull();
            assertThat(known.permits()).isNotEmpty();
            assertThat(Capability.of(known.name())).isEqualTo(capability);
            assertThat(known.refusal().isEmpty())
                    .as(known.name())
                    .isEqualTo(known.scope() == Scope.PARTLY || known.scope() == Scope.HONOURED);
        }
    }

    @Test
    void anUnknownNumberPassesThroughUnharmed() {
        Capability future = new Capability(52);
        assertThat(future.name()).isEqualTo("52");
        assertThat(future.knowledge()).isNull();
        assertThat(CapabilitySet.EMPTY.with(future).names()).containsExactly("52");
    }

    @Test
    void aMaskAndItsTextAreInverses() {
        for (long bits : new long[] {0, 1, 0x1ffffffffffL, 0x1dffffdffffL, -1L, Long.MIN_VALUE}) {
            CapabilitySet set = new CapabilitySet(bits);
            assertThat(CapabilitySet.parseHex(set.formatHex())).isEqualTo(set);
            assertThat(CapabilitySet.of(set.members())).isEqualTo(set);
        }
        assertThat(CapabilitySet.upTo(40).formatHex()).isEqualTo("000001ffffffffff");
        assertThat(CapabilitySet.upTo(63).bits()).isEqualTo(-1L);
    }

    @Test
    void aSetIsMadeOfCapabilitiesInEachWay() {
        Capability kill = Capability.of("kill");
        Capability future = new Capability(63);
        CapabilitySet both = CapabilitySet.of(kill, future);
        assertThat(both).containsExactly(kill, future);
        assertThat(CapabilitySet.of(kill)).isEqualTo(CapabilitySet.of("kill"));
        assertThat(both.stream().collect(CapabilitySet.toCapabilitySet())).isEqualTo(both);
        assertThat(both.without(future)).isEqualTo(CapabilitySet.of(kill));
        assertThat(both.without(kill).without(kill)).containsExactly(future);
    }

    @Test
    void whatIsNoMaskIsRefused() {
        assertThatThrownBy(() -> CapabilitySet.parseHex("0x1f"))
                .hasMessageContaining("'0x1f' is no capability mask");
        for (String none : List.of("", "00000000000000001", "+1", "1g", " 1")) {
            assertThatThrownBy(() -> CapabilitySet.parseHex(none))
                    .hasMessageContaining("expected 1 to 16 hex digits");
        }
        assertThatThrownBy(() -> CapabilitySet.upTo(-1)).hasMessageContaining("expected 0 or more");
        assertThatThrownBy(() -> new Capability(64)).hasMessageContaining("expected 0 to 63");
        assertThatThrownBy(() -> Capability.of("rawio"))
                .hasMessageContaining("no capability is called 'rawio'");
    }
}
