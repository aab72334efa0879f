package dev.capdrop.linux.proc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SysctlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "fs/inotify/max_user_instances",
                "kernel/cap_last_cap",
                "kernel/osrelease",
                "kernel/random/boot_id",
                "net/ipv4/ip_local_port_range"
            })
    void aValueIsReadWhole(String name) throws IOException {
        Process cat = new ProcessBuilder("cat", "/proc/sys/" + name).start();
        String expected = new String(cat.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(expected.length()).isGreaterThan(1);
        assertThat(ProcDir.sysctl(name)).isEqualTo(expected);
    }
}
