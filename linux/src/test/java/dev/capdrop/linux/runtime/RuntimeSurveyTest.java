package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.linux.incus.FakeIncus;
import dev.capdrop.linux.incus.IncusServer;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntimes.RuntimeSurvey;
import dev.capdrop.linux.session.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuntimeSurveyTest {
    @ParameterizedTest
    @CsvSource({"trusted,true", "untrusted,false"})
    void whatIncusSaysOfItselfIsTold(String word, boolean trusted, @TempDir Path socket)
            throws IOException {
        String about =
                "{\"auth\":\"%s\",\"environment\":{\"server_version\":\"6.0.4\"}}".formatted(word);
        try (FakeIncus incus =
                new FakeIncus(
                        socket,
                        (request, _, to) ->
                                FakeIncus.good(
                                        to, "t", request.contains("/instances") ? "[]" : about))) {
            assertThat(
                            new IncusRuntime(
                                            incus.server(Duration.ofSeconds(20)),
                                            new RunningContainers())
                                    .survey(true)
                                    .take())
                    .isEqualTo(
                            new Fact.Known<>(
                                    new HostSurvey.Other(
                                            "version 6.0.4 at " + socket + "/unix.socket",
                                            trusted,
                                            new Fact.Known<>(0),
                                            new Fact.Known<>(0))));
        }
    }

    @Test
    void aHostWithoutIncusIsNoTrouble(@TempDir Path socket) throws IOException {
        IncusServer nobody =
                new IncusServer(IncusDaemon.INCUS, socket.toString(), Duration.ofSeconds(20), 0);
        assertThat(new IncusRuntime(nobody, new RunningContainers()).survey(true).take())
                .isEqualTo(new Fact.Absent<>());
    }

    @TempDir Path folder = Path.of("");

    @Test
    void aVersionIsWhatLxcInfoPrints() throws IOException {
        assertThat(RuntimeSurvey.version(new HostProgram.Outcome(true, 0, "6.0.4\n")))
                .isEqualTo("6.0.4");
    }

    @Test
    void whatIsNoVersionIsNotShownAsOne() {
        assertThatThrownBy(() ->
                        RuntimeSurvey.version(new HostProgram.Outcome(true, 0, "\u001b[2J6.0.4")))
                .hasMessage("'lxc-info --version' ends with status 0 and without a version");
        assertThatThrownBy(() -> RuntimeSurvey.version(new HostProgram.Outcome(false, -1, "")))
                .hasMessage("'lxc-info --version' has not ended after 5 s");
    }

    @Test
    void aHostWithoutTheDirectoryIsNoNode() throws IOException {
        assertThat(RuntimeSurvey.proxmox(folder.resolve("pve"))).isEqualTo(new Fact.Absent<>());
    }

    @Test
    void anEmptyDirectoryIsANodeWhoseClusterFileSystemIsNotMounted() throws IOException {
        assertThat(node().node().toString()).contains("is not mounted at '" + folder);
    }

    @Test
    void theContainersOfTheWholeClusterAreCounted() throws IOException {
        for (String file : new String[] {"nodes/pve1/lxc/101.conf", "nodes/pve2/lxc/102.conf"}) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), "hostname: web\n");
        }
        Files.createSymbolicLink(folder.resolve("local"), Path.of("nodes/pve1"));
        HostSurvey.Proxmox node = node();
        assertThat(node.node()).isEqualTo(new Fact.Known<>("pve1"));
        assertThat(node.containers()).isEqualTo(2);
        assertThat(node.quorate()).isTrue();
    }

    private HostSurvey.Proxmox node() throws IOException {
        return ((Fact.Known<HostSurvey.Proxmox>) RuntimeSurvey.proxmox(folder)).value();
    }
}
