package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DemandTest {
    private static Stream<Demand> all() {
        return IntStream.rangeClosed(0, Capability.MAX_NUMBER)
                .mapToObj(Capability::new)
                .flatMap(capability -> Demand.of(capability).stream());
    }

    @Test
    void theUnitsThatDegradeAContainerAreAmongThoseThatAsk() {
        assertThat(Demand.of(Capability.of("sys_rawio")))
                .contains(
                        new Demand(
                                "sys-kernel-debug.mount",
                                Demand.Setting.CONDITION,
                                Capability.of("sys_rawio"),
                                List.of("11", "12", "13")));
        assertThat(Demand.of(Capability.of("audit_read")))
                .extracting(Demand::unit)
                .contains("systemd-journald-audit.socket");
    }

    @Test
    void aRowIsAUnitAndTheReleasesThatShipIt() {
        assertThat(all())
                .hasSizeGreaterThan(200)
                .allSatisfy(row -> {
                    assertThat(row.unit()).matches("[a-zA-Z0-9@_.-]+\\.[a-z]+");
                    assertThat(row.releases()).isNotEmpty().isSubsetOf("11", "12", "13");
                });
    }

    @Test
    void aNumberWithoutANameIsAskedForByNobody() {
        assertThat(Demand.of(new Capability(63))).isEmpty();
    }
}
