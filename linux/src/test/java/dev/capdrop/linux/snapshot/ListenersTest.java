package dev.capdrop.linux.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.snapshot.NamedFiles.Listeners;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tables as Linux 6.18 wrote them, in a container in which redis-server listened at 127.0.0.1:6379
/// and nginx at [::]:80; what is connected (01) is nobody's to listen at.
final class ListenersTest {
    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";
    private static final String TCP =
            HEAD
                    + "   0: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 0 107 0 4711 1\n"
                    + "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 0 0 0 4712 1\n";
    private static final String TCP6 =
            HEAD
                    + "   0: 00000000000000000000000000000000:0050 0000:0000 0A 0:0 00:0 0 0 0 4713 1\n";

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:6379, true",
        "6379, true",
        "0.0.0.0:6379, true",
        "127.0.0.2:6379, false",
        "[::]:80, true",
        "10.0.0.1:80, true",
        "127.0.0.1:8080, false",
        "99999999, false",
        "/run/x.sock, false",
        "'', false"
    })
    void whatSomebodyListensAtIsTaken(String address, boolean taken) {
        assertThat(new Listeners(TCP, TCP6, Map.of()).isTaken(address)).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({"''", "no table", "'x\n  0: zz:zz 0 0A'", "'x\n 0: 1 2 0A'"})
    void whatIsNoTableHoldsNothing(String text) {
        assertThat(new Listeners(text, text, Map.of()).isTaken("80")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "bind() to 0.0.0.0:6379 failed (98: Address already in use), port 6379 redis.service",
        "Server listens at 6379, ''",
        "listen tcp 0.0.0.0:9090: bind: address already in use, ''"
    })
    void whoListensAtAPortThatALineCallsInUseIsNamed(String line, String said) {
        Map<String, String> holders = Map.of("socket:[4711]", "redis.service");
        assertThat(new Listeners(TCP, TCP6, holders).taken(List.of(line)))
                .extracting(taken -> taken.name() + " " + taken.more())
                .isEqualTo(said.isEmpty() ? List.of() : List.of(said));
    }
}
