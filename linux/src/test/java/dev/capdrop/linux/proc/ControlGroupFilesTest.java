package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlGroupFilesTest {
    private static final String CGROUPS =
            """
            6:freezer:/lxc.payload.c1
            1:name=systemd:/lxc.payload.c1/init.scope
            0::/lxc.payload.c1/init.scope
            """;

    @TempDir Path mounts;

    @Test
    void aProcessOfVersionTwoStandsStillWhenItsGroupSaysSo() throws IOException {
        write("lxc.payload.c1/init.scope/cgroup.events", "populated 1\nfrozen 1\n");
        assertThat(new ControlGroupFiles(mounts.toString()).freeze(CGROUPS)).isTrue();
    }

    @Test
    void aProcessOfVersionOneStandsStillWhenItsGroupSaysSo() throws IOException {
        write("unified/lxc.payload.c1/init.scope/cgroup.events", "populated 1\nfrozen 0\n");
        write("freezer/lxc.payload.c1/freezer.state", "FROZEN\n");
        assertThat(new ControlGroupFiles(mounts.toString()).freeze(CGROUPS)).isTrue();
    }

    @Test
    void aProcessThatRunsDoesNotStandStill() throws IOException {
        write("lxc.payload.c1/init.scope/cgroup.events", "populated 1\nfrozen 0\n");
        write("freezer/lxc.payload.c1/freezer.state", "THAWED\n");
        assertThat(new ControlGroupFiles(mounts.toString()).freeze(CGROUPS)).isFalse();
        assertThat(new ControlGroupFiles(mounts.toString()).freeze("")).isFalse();
    }

    @Test
    void aGroupAboveOursIsNotFollowed() throws IOException {
        write("x/cgroup.events", "frozen 1\n");
        assertThat(new ControlGroupFiles(mounts + "/sub").freeze("0::/../x\n")).isFalse();
    }

    @Test
    void aGroupThatHasGoneOrThatNoLocaleCanNameDoesNotStandStill() throws IOException {
        write("lxc.payload.c1", "a file");
        assertThat(new ControlGroupFiles(mounts.toString()).freeze(CGROUPS)).isFalse();
        assertThat(new ControlGroupFiles(mounts.toString()).freeze("0::/lxc.payload.c1/\ud800\n"))
                .isFalse();
    }

    @Test
    void aServiceRunsWhoseGroupHasAProcess() throws IOException {
        List<String> bus = List.of("dbus.service", "dbus-broker.service");
        ControlGroupFiles groups = new ControlGroupFiles(mounts.toString());
        assertThat(groups.run(bus, CGROUPS)).isFalse();
        String group = "lxc.payload.c1/system.slice/dbus-broker.service/";
        write(group + "cgroup.events", "populated 0\nfrozen 0\n");
        write("systemd/" + group + "cgroup.procs", "");
        assertThat(groups.run(bus, CGROUPS)).isFalse();
        write(group + "cgroup.events", "populated 1\nfrozen 0\n");
        assertThat(groups.run(bus, CGROUPS)).isTrue();
        assertThat(groups.run(List.of("dbus.service"), CGROUPS)).isFalse();
        write(group + "cgroup.events", "populated 0\nfrozen 0\n");
        write("systemd/" + group + "cgroup.procs", "1234\n");
        assertThat(groups.run(bus, CGROUPS)).isTrue();
    }

    private void write(String name, String text) throws IOException {
        Path file = mounts.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
