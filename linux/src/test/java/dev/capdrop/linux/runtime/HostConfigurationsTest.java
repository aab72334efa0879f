package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostConfigurations.UserContainers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostConfigurationsTest {
    @TempDir private Path temp;

    private Path lxc = Path.of("");
    private Path home = Path.of("");
    private Path passwd = Path.of("");

    @BeforeEach
    void aHostWithAUser() throws IOException {
        lxc = Files.createDirectory(temp.resolve("lxc"));
        home = Files.createDirectories(temp.resolve("home/ada"));
        passwd = temp.resolve("passwd");
        Files.writeString(
                passwd,
                """
                root:x:0:0:root:/nonexistent:/bin/bash
                ada:x:1000:1000:,,,:%s:/bin/bash
                ada2:x:1001:1000:,,,:%s/:/bin/bash
                broken:x
                odd:x:1:1::no/absolute/path:/bin/sh
                """
                        .formatted(home, home));
    }

    private void container(Path lxcPath, String name) throws IOException {
        file(lxcPath.resolve(name).resolve("config"));
    }

    private static void file(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "");
    }

    private HostConfigurations read(@Nullable Path pve) throws IOException {
        LxcRuntime plain = new LxcRuntime(lxc, new RunningContainers());
        Path directory = pve == null ? temp.resolve("none") : pve;
        ProxmoxRuntime proxmox =
                new ProxmoxRuntime(directory, pve != null, plain.known(), new RunningContainers());
        List<HostRuntime> runtimes = List.of(proxmox, plain);
        return HostConfigurations.read(
                new HostRuntimes(runtimes, runtimes),
                new Disk(),
                new UserContainers(passwd),
                temp.resolve("default.conf"));
    }

    private List<String> owners(HostConfigurations host) {
        return host.all().stream().map(HostConfiguration::owner).toList();
    }

    @Test
    void theContainersOfRootAndOfUsersAndTheirSnapshotsAndDefaultsAreThere() throws IOException {
        container(lxc, "web");
        file(lxc.resolve("web/snaps/snap0/config"));
        file(lxc.resolve("web/snaps/snap0/rootfs/x"));
        container(home.resolve(".local/share/lxc"), "mine");
        file(home.resolve(".config/lxc/default.conf"));
        file(temp.resolve("default.conf"));

        HostConfigurations host = read(null);

        assertThat(owners(host))
                .containsExactly(
                        "new containers of plain LXC",
                        "new containers of plain LXC",
                        "lxc:web",
                        "lxc:web (snapshot snap0)",
                        "lxc:mine in " + home.resolve(".local/share/lxc"));
        assertThat(host.unread()).isEmpty();
        assertThat(host.containers()).hasSize(2);
    }

    @Test
    void aUserMayKeepThemElsewhere() throws IOException {
        Path elsewhere = temp.resolve("srv/ada");
        container(elsewhere, "mine");
        file(home.resolve(".config/lxc/lxc.conf"));
        Files.writeString(
                home.resolve(".config/lxc/lxc.conf"), "lxc.lxcpath = " + elsewhere + "\n");
        assertThat(owners(read(null))).containsExactly("lxc:mine in " + elsewhere);
    }

    @Test
    void whatAUserWritesThereIsNotTrusted() throws IOException {
        file(home.resolve(".config/lxc/lxc.conf"));
        for (String path : List.of("relative", "/nul\0", "/no/such", "/etc/passwd")) {
            Files.writeString(home.resolve(".config/lxc/lxc.conf"), "lxc.lxcpath=" + path + "\n");
            container(home.resolve(".local/share/lxc"), "mine");
            assertThat(owners(read(null))).hasSize(1);
        }
    }

    @Test
    void templatesAndSnapshotsOfProxmoxVeAreThereAndOtherNodesAreNot() throws IOException {
        Path pve = temp.resolve("pve");
        file(pve.resolve("nodes/pve1/lxc/101.conf"));
        Files.writeString(
                pve.resolve("nodes/pve1/lxc/101.conf"),
                "ostype: debian\n\n[now]\nostype: debian\n\n[before]\nostype: debian\n");
        file(pve.resolve("nodes/pve1/lxc/102.conf"));
        Files.writeString(pve.resolve("nodes/pve1/lxc/102.conf"), "template: 1\n");
        file(pve.resolve("nodes/pve2/lxc/103.conf"));
        Files.createSymbolicLink(pve.resolve("local"), Path.of("nodes/pve1"));
        Files.createSymbolicLink(pve.resolve("lxc"), Path.of("local/lxc"));

        HostConfigurations host = read(pve);

        assertThat(host.all())
                .extracting(HostConfiguration::owner, HostConfiguration::snapshot)
                .containsExactly(
                        tuple("pve:101", null),
                        tuple("pve:101 (snapshot before)", "before"),
                        tuple("pve:101 (snapshot now)", "now"),
                        tuple("pve:102", null));
    }

    private static final class Disk implements ConfigSource {
        @Override
        public @Nullable String read(String path) {
            try {
                return Files.readString(Path.of(path));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public @Nullable List<String> list(String directory) {
            return null;
        }
    }
}
