package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Of which containers of plain LXC no copies are made.
final class LxcRuntimeCopiesTest {
    @TempDir private Path temp;

    /// Also where it does not run, so that nobody can be seen to run it.
    @Test
    void aStoppedContainerOfAnotherUserIsRefused() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lxc-start")), "lxc is not installed");
        Path folder = Files.createDirectories(temp.resolve("lxc/web"));
        Path file = Files.createFile(folder.resolve("config"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        ConfigurationText text =
                new ConfigurationText(
                        file.toString(), Map.of(file.toString(), ""), Map.of(), 0, Map.of());
        ContainerId container =
                new ContainerId(RuntimeKind.LXC, "web", temp.resolve("lxc").toString());
        LxcRuntime runtime = new LxcRuntime(null, new RunningContainers());
        Original original =
                new Original(container, text, 40, temp.resolve("state"), false, false, "");
        assertThatThrownBy(() -> runtime.copies(original))
                .hasMessageContaining("' can be written to by ");
    }

    @Test
    void aPathThatIsNoneIsSaidToBeOne() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lxc-start")), "lxc is not installed");
        Path folder = Files.createDirectories(temp.resolve("lxc/web"));
        Path file = Files.createFile(folder.resolve("config"));
        String strange = "/a\0b";
        ConfigurationText text =
                new ConfigurationText(
                        file.toString(),
                        Map.of(file.toString(), "", strange, ""),
                        Map.of(),
                        0,
                        Map.of());
        ContainerId container =
                new ContainerId(RuntimeKind.LXC, "web", temp.resolve("lxc").toString());
        LxcRuntime runtime = new LxcRuntime(null, new RunningContainers());
        Original original =
                new Original(container, text, 40, temp.resolve("state"), false, false, "");
        assertThatThrownBy(() -> runtime.copies(original))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("names '/a?b', which is no path");
    }
}
