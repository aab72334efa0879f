package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.runtime.HostContainers;
import dev.capdrop.linux.runtime.LxcContainers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetsTest {
    @TempDir Path lxcPath;

    private Targets targets() {
        return new Targets(new HostContainers(new LxcContainers(lxcPath.toString()), null));
    }

    private void make(String name) throws IOException {
        Files.writeString(Files.createDirectories(lxcPath.resolve(name)).resolve("config"), "");
    }

    @Test
    void aNameThatNobodyHasBringsTheNearestToMind() throws IOException {
        make("webserver");
        make("database");
        assertThat(targets().id("webserver").target()).isEqualTo("lxc:webserver");
        assertThatThrownBy(() -> targets().find("websrever"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("no container is called 'websrever'")
                .hasMessageContaining("; did you mean 'webserver'?");
        assertThatThrownBy(() -> targets().find("lxc:nosuch"))
                .hasMessageStartingWith("no container is called 'nosuch'")
                .hasMessageNotContaining("did you mean");
    }

    @Test
    void aRootDirectoryIsNoContainer() {
        assertThatThrownBy(() -> targets().find("root:/srv/rootfs"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("'root:/srv/rootfs' is a root directory, and no container");
    }
}
