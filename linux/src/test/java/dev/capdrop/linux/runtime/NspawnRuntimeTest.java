package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.change.Decision;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NspawnRuntimeTest {
    @TempDir Path host = Path.of("");
    private Path images = Path.of("");
    private Path etc = Path.of("");
    private Path run = Path.of("");

    @BeforeEach
    void aHostWithMachines() throws IOException {
        images = Files.createDirectories(host.resolve("machines"));
        etc = Files.createDirectories(host.resolve("etc"));
        run = host.resolve("run");
    }

    private NspawnRuntime runtime() {
        return new NspawnRuntime(
                new NspawnRuntime.Folders(images, List.of(etc, run)), new RunningContainers());
    }

    private List<ContainerId> inImages() throws IOException {
        return runtime().containers().stream()
                .map(HostContainer::id)
                .filter(id -> id.configPath().startsWith(host.toString()))
                .toList();
    }

    @Test
    void machinesAreDirectoriesAndRawImagesWithAMachinesName() throws IOException {
        Files.createDirectory(images.resolve("web"));
        Files.createDirectory(images.resolve(".hidden"));
        Files.createDirectory(images.resolve("no name"));
        Files.createFile(images.resolve("db.raw"));
        Files.createFile(images.resolve("web.nspawn"));
        assertThat(inImages())
                .extracting(ContainerId::target)
                .containsExactly("nspawn:db", "nspawn:web");
    }

    @Test
    void aHostWithoutMachinesHasNone() throws IOException {
        Files.delete(images);
        assertThat(inImages()).isEmpty();
    }

    @Test
    void theFirstSettingsFileThatIsThereIsTheMachines() throws IOException {
        Files.createDirectory(images.resolve("web"));
        assertThat(inImages().getFirst().configPath()).isEqualTo(etc + "/web.nspawn");
        Files.createFile(images.resolve("web.nspawn"));
        assertThat(inImages().getFirst().configPath()).isEqualTo(images + "/web.nspawn");
        Files.createDirectory(run);
        Files.createFile(run.resolve("web.nspawn"));
        assertThat(inImages().getFirst().configPath()).isEqualTo(run + "/web.nspawn");
        Files.createFile(etc.resolve("web.nspawn"));
        assertThat(inImages().getFirst().configPath()).isEqualTo(etc + "/web.nspawn");
    }

    @Test
    void whatWasStartedByHandIsNotEdited() throws IOException {
        Decision.LeftOut left =
                runtime()
                        .unchangeable(
                                new HostContainer(
                                        RuntimeKind.NSPAWN.container("web", "/proc/80/cmdline"),
                                        null),
                                false,
                                true);
        assertThat(Objects.requireNonNull(left).sentence())
                .isEqualTo(
                        "it was not started as 'systemd-nspawn@web.service', and a command line is"
                                + " not edited; 'capdrop plan' shows the option to add to it");
    }

    /// It hides the files behind it, and an undo could not tell it from none.
    @Test
    void anEmptySettingsFileIsNotEdited() throws IOException {
        Path file = Files.createFile(etc.resolve("web.nspawn"));
        HostContainer web =
                new HostContainer(RuntimeKind.NSPAWN.container("web", file.toString()), null);
        assertThat(runtime().unchangeable(web, false, true)).isNotNull();
        Files.writeString(file, "[Exec]\n");
        assertThat(runtime().unchangeable(web, false, true)).isNull();
    }

    @Test
    void theRootOfAnImageIsMountedOnlyWhileItRuns() throws IOException {
        Files.createDirectory(images.resolve("web"));
        ConfigurationText text =
                new ConfigurationText(etc + "/web.nspawn", Map.of(), Map.of(), 0, Map.of());
        assertThat(runtime().root(RuntimeKind.NSPAWN.container("web", ""), text))
                .isEqualTo(new ConfiguredRoot.Directory(images.resolve("web")));
        assertThat(runtime().root(RuntimeKind.NSPAWN.container("db", ""), text))
                .isInstanceOf(ConfiguredRoot.Elsewhere.class);
    }

    @Test
    void noCopiesAreMadeOfAMachine() {
        ContainerId web = RuntimeKind.NSPAWN.container("web", etc + "/web.nspawn");
        Original original =
                new Original(
                        web,
                        new ConfigurationText(web.configPath(), Map.of(), Map.of(), 0, Map.of()),
                        40,
                        host.resolve("state"),
                        false,
                        false,
                        "");
        assertThatThrownBy(() -> runtime().copies(original))
                .hasMessage(
                        "no throw-away copies are made of containers of systemd-nspawn; 'capdrop learn nspawn:web' shows what it uses");
    }
}
