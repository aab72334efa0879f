package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class IdMapTest {
    @Test
    void theInitialNamespaceIsPrivileged() {
        IdMap map = IdMap.parse("         0          0 4294967295\n");
        assertThat(map.unprivileged()).isFalse();
        assertThat(map.inside(0)).hasValue(0);
    }

    @Test
    void aShiftedMapHasNoPlaceForTheHostsRoot() {
        IdMap map = IdMap.parse("         0     100000      65536\n");
        assertThat(map.unprivileged()).isTrue();
        assertThat(map.inside(0)).isEmpty();
        assertThat(map.inside(100_033)).hasValue(33);
        assertThat(map.inside(165_536)).isEmpty();
    }

    @Test
    void theHostsRootCanHaveAnImage() {
        IdMap map = IdMap.parse("0 100000 1000\n1000 0 1\n1001 101001 64535\n");
        assertThat(map.unprivileged()).isTrue();
        assertThat(map.inside(0)).hasValue(1000);
        assertThat(map.outside(1000)).hasValue(0);
        assertThat(map.outside(0)).hasValue(100000);
        assertThat(map.outside(65536)).isEmpty();
    }

    @Test
    void aNamespaceThatMapsRootToItselfIsStillOneOfItsOwn() {
        assertThat(IdMap.parse("0 0 65536\n").unprivileged()).isTrue();
    }

    @Test
    void otherTextIsRefused() {
        for (String line : List.of("0 0", "0 0 0", "-1 0 1", "4294967296 0 1", "0 x 1")) {
            assertThatThrownBy(() -> IdMap.parse(line + "\n"))
                    .as(line)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
