package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({"22,22", "0.0.0.0:22,22", "[::]:65535,65535", "*:00080,80", "99999,99999"})
    void anAddressOfTheInternetEndsInItsPort(String address, int port) {
        assertThat(ListenAddress.port(address)).hasValue(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/run/a", "/run/a:22", "@a:22", "vsock:2:22", "a:", "a:+2", "100000"})
    void whatIsNoneHasNoPort(String address) {
        assertThat(ListenAddress.port(address)).isEmpty();
    }
}
