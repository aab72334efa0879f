package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreezerTest {
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
        assertThat(new Freezer(mounts.toString()).holds(CGROUPS)).isTrue();
    }

    @Test
    void aProcessOfVersionOneStandsStillWhenItsGroupSaysSo() throws IOException {
        write("unified/lxc.payload.c1/init.scope/cgroup.events", "populated 1\nfrozen 0\n");
        write("freezer/lxc.payload.c1/freezer.state", "FROZEN\n");
        assertThat(new Freezer(mounts.toString()).holds(CGROUPS)).isTrue();
    }

    @Test
    void aProcessThatRunsDoesNotStandStill() throws IOException {
        write("lxc.payload.c1/init.scope/cgroup.events", "populated 1\nfrozen 0\n");
        write("freezer/lxc.payload.c1/freezer.state", "THAWED\n");
        assertThat(new Freezer(mounts.toString()).holds(CGROUPS)).isFalse();
        assertThat(new Freezer(mounts.toString()).holds("")).isFalse();
    }

    @Test
    void aGroupAboveOursIsNotFollowed() throws IOException {
        write("x/cgroup.events", "frozen 1\n");
        assertThat(new Freezer(mounts + "/sub").holds("0::/../x\n")).isFalse();
    }

    @Test
    void aGroupThatHasGoneOrThatNoLocaleCanNameDoesNotStandStill() throws IOException {
        write("lxc.payload.c1", "a file");
        assertThat(new Freezer(mounts.toString()).holds(CGROUPS)).isFalse();
        assertThat(new Freezer(mounts.toString()).holds("0::/lxc.payload.c1/\ud800\n")).isFalse();
    }

    private void write(String name, String text) throws IOException {
        Path file = mounts.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
