package dev.capdrop.linux.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SystemdBusTest {
    @Test
    void aUnitsObjectIsItsNameEscaped() {
        assertThat(SystemdBus.path("sys-kernel-debug.mount"))
                .isEqualTo("/org/freedesktop/systemd1/unit/sys_2dkernel_2ddebug_2emount");
        assertThat(SystemdBus.path("dev-disk-by\\x2duuid.mount"))
                .isEqualTo("/org/freedesktop/systemd1/unit/dev_2ddisk_2dby_5cx2duuid_2emount");
        assertThat(SystemdBus.path("9p@a_b.service"))
                .isEqualTo("/org/freedesktop/systemd1/unit/_39p_40a_5fb_2eservice");
    }
}
