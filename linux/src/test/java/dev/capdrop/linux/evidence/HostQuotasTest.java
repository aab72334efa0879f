package dev.capdrop.linux.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.snapshot.Quota;
import org.junit.jupiter.api.Test;

final class HostQuotasTest {
    private static final String KEY_USERS =
            """
                0:    85 84/84 2/1000000 15/25000000
            65534:     1 1/1 900/1000 9/20000
            100000:   200 200/200 200/200 4000/20000
            100033:     3 3/3 3/200 60/20000
            no line of this file
            """;

    @Test
    void theFullestOfTheContainersOwnUsersCounts() {
        assertThat(HostQuotas.keys(KEY_USERS, IdMap.parse("0 100000 65536\n")))
                .containsExactly(
                        new Quota(Quota.Kind.KEYS, 100_000, 200, 200, 0),
                        new Quota(Quota.Kind.KEY_BYTES, 100_000, 4000, 20_000, 0));
        assertThat(HostQuotas.keys(KEY_USERS, IdMap.parse("0 200000 65536\n"))).isEmpty();
    }
}
