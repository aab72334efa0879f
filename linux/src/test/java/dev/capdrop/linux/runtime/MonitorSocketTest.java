package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.runtime.ToldRuntime.MonitorSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MonitorSocketTest {
    private static final String TABLE =
            """
            Num       RefCount Protocol Flags    Type St Inode Path
            00000000c6e29249: 00000002 00000000 00010000 0001 01 66411 @/var/lib/lxc/c1/command
            00000000c6e2924a: 00000003 00000000 00000000 0001 03 66412 @/var/lib/lxc/c2/command
            00000000c6e2924b: 00000002 00000000 00010000 0001 01     7 /run/a b
            00000000c6e2924c: 00000002 00000000 00000000 0002 01  8201
            """;

    @TempDir private Path temp;

    private static ContainerId container(String name, String lxcPath) {
        return new ContainerId(RuntimeKind.LXC, name, lxcPath);
    }

    @Test
    void onlyASocketThatSomebodyListensAtCounts() throws Exception {
        Path table = Files.writeString(temp.resolve("unix"), TABLE, StandardCharsets.US_ASCII);
        assertThat(inode(table, "c1")).isEqualTo("66411");
        assertThat(inode(table, "c2")).isNull();
        assertThat(inode(table, "c")).isNull();
        assertThat(MonitorSocket.inode(table, "/run/a b")).isEqualTo("7");
    }

    private static @Nullable String inode(Path table, String name) throws Exception {
        return MonitorSocket.inode(table, MonitorSocket.name(container(name, "/var/lib/lxc")));
    }

    @Test
    void aNameThatDoesNotFitIsHashed() {
        String fits = "/" + "p".repeat(93);
        assertThat(MonitorSocket.name(container("c1", fits)))
                .isEqualTo("@" + fits + "/c1/command")
                .hasSize(106);
        assertThat(MonitorSocket.name(container("c12", fits))).matches("@lxc/[0-9a-f]{16}/command");
    }
}
