package dev.capdrop.linux.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.snapshot.EngineContainer.Anew;
import dev.capdrop.core.snapshot.EngineContainer.Asks;
import dev.capdrop.core.snapshot.EngineContainer.Listed;
import dev.capdrop.core.snapshot.EngineContainer.Unknown;
import dev.capdrop.core.snapshot.Engines;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The samples among the resources were written by Docker 26.1.5 and Podman 5.4.2 of Debian 13.
@Timeout(60)
final class EngineReaderTest {
    private static final Path SAMPLES =
            Path.of("src", "test", "resources", "dev", "capdrop", "linux", "engine");
    private static final CapabilitySet MODULE = CapabilitySet.of("sys_module");
    private static final CapabilitySet NONE = CapabilitySet.EMPTY;

    @TempDir Path tree;

    private static Engines read(Path directory, String... mounted) throws IOException {
        try (SafeRoot root = SafeRoot.of(directory)) {
            Deadline deadline = Deadline.atLeast(Duration.ofSeconds(15));
            return EngineReader.read(root, deadline, null, Set.of(mounted));
        }
    }

    private static Map<String, Asks> asks(Engines engines) {
        Map<String, Asks> asks = new TreeMap<>();
        engines.containers().forEach(container -> asks.put(container.title(), container.asks()));
        return asks;
    }

    private void write(String path, String text) throws IOException {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void dockersFilesSayWhatEachContainerNames() throws IOException {
        Engines engines = read(SAMPLES.resolve("docker-26.1.5"));
        assertThat(engines.unread()).isEmpty();
        assertThat(asks(engines))
                .containsEntry("docker:old-plain", new Anew(false, false, false, NONE, NONE))
                .containsEntry(
                        "docker:old-drop-sys_module", new Anew(false, false, false, NONE, MODULE))
                .containsEntry(
                        "docker:old-add-CAP_sys_module",
                        new Anew(false, false, false, MODULE, NONE))
                .containsEntry("docker:old-add-all", new Anew(false, true, false, NONE, NONE))
                .containsEntry(
                        "docker:old-privileged-drop-sys_module",
                        new Anew(true, false, false, NONE, MODULE));
        assertThat(engines.containers())
                .allMatch(container -> container.engine() == Engine.DOCKER)
                .filteredOn(container -> container.name().equals("always"))
                .allMatch(EngineContainer::returns);
    }

    @Test
    void podmansStoredListsAndQuadletsFilesAreRead() throws IOException {
        Map<String, Asks> asks = asks(read(SAMPLES.resolve("podman-5.4.2")));
        assertThat(asks.get("podman:old-crun-plain"))
                .isInstanceOfSatisfying(
                        Listed.class,
                        it -> assertThat(it.capabilities().containsAll(MODULE)).isFalse());
        assertThat(asks.get("podman:old-crun-add-sys_module"))
                .isInstanceOfSatisfying(
                        Listed.class,
                        it -> assertThat(it.capabilities().containsAll(MODULE)).isTrue());
        assertThat(asks)
                .containsEntry("podman:systemd-q-add", new Anew(false, false, false, MODULE, NONE))
                .containsEntry("podman:systemd-q-drop", new Anew(false, false, false, NONE, MODULE))
                .containsEntry("podman:systemd-q-plain", new Anew(false, false, false, NONE, NONE));
        assertThat(asks.get("podman:systemd-q-priv"))
                .isInstanceOfSatisfying(Anew.class, it -> assertThat(it.privileged()).isTrue());
    }

    @Test
    void theDataRootMayBeNamedByTheConfigurationOrTheUnit() throws IOException {
        write("etc/docker/daemon.json", "{\"data-root\": \"/srv/docker\"}");
        write("srv/docker/containers/a/hostconfig.json", "{\"CapDrop\": [\"sys_module\"]}");
        write(
                "etc/systemd/system/docker.service.d/root.conf",
                "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd --data-root=/data -H fd://\n");
        write("data/containers/b/hostconfig.json", "{\"CapAdd\": [\"ALL\"]}");
        write("var/lib/docker/1000.1000/containers/c/hostconfig.json", "{}");
        assertThat(asks(read(tree))).containsOnlyKeys("docker:a", "docker:b", "docker:c");
    }

    @Test
    void dockerBefore23IsKnownByItsPackage() throws IOException {
        write("var/lib/docker/containers/a/hostconfig.json", "{}");
        write(
                "var/lib/dpkg/status",
                "Package: docker.io\nStatus: install ok installed\nVersion: 20.10.24+dfsg1-1+b3\n");
        assertThat(read(tree).containers())
                .extracting(EngineContainer::engine)
                .containsExactly(Engine.DOCKER_BEFORE_23);
        write(
                "var/lib/dpkg/status",
                "Package: docker-ce\nVersion: 5:28.0.1-1~debian.12~bookworm\n");
        assertThat(read(tree).containers())
                .extracting(EngineContainer::engine)
                .containsExactly(Engine.DOCKER);
    }

    @Test
    void aUnitThatRunsAContainerMakesItAnew() throws IOException {
        write(
                "etc/systemd/system/shop.service",
                "[Service]\nExecStart=-/usr/bin/docker run --rm --name shop --cap-add=SYS_RAWIO,net_admin busybox\n");
        write(
                "etc/systemd/system/news.service",
                "[Service]\nExecStart=/usr/bin/podman run --cap-drop ALL --name=news busybox\n");
        assertThat(asks(read(tree)))
                .containsEntry(
                        "docker:shop",
                        new Anew(
                                false,
                                false,
                                false,
                                CapabilitySet.of("sys_rawio", "net_admin"),
                                NONE))
                .containsEntry("podman:news", new Anew(false, false, true, NONE, NONE));
    }

    @Test
    void whatCannotBeReadIsNotTakenForNothing() throws IOException {
        write("var/lib/docker/containers/a/hostconfig.json", "{\"CapDrop\": [");
        write("var/lib/docker/containers/b/config.v2.json", "{\"Name\": \"/b\"}");
        write("var/lib/containers/storage/overlay-containers/containers.json", "no JSON");
        Files.createDirectories(tree.resolve("etc/docker/daemon.json"));
        Engines engines = read(tree);
        assertThat(engines.containers())
                .extracting(EngineContainer::asks)
                .hasSize(2)
                .allMatch(asks -> asks instanceof Unknown);
        assertThat(engines.titles()).contains("docker:unread", "podman:unread");
    }

    @Test
    void aMountThatIsNotThereYetIsNotAnEmptyStore() throws IOException {
        Files.createDirectories(tree.resolve("var/lib/docker"));
        assertThat(read(tree, "/var/lib/docker").titles()).containsExactly("docker:unread");
    }

    @Test
    void aHostileStoreNeitherLeadsOutNorHoldsUp() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(tree.resolve("var/lib/docker/containers/a"));
        new ProcessBuilder("mkfifo", folder.resolve("config.v2.json").toString())
                .inheritIO()
                .start()
                .waitFor();
        Files.createSymbolicLink(folder.resolve("hostconfig.json"), Path.of("/etc/passwd"));
        write(
                "var/lib/containers/storage/overlay-containers/containers.json",
                "[{\"id\": \"../../../../../etc\", \"metadata\": \"{\\\"name\\\": \\\"x\\\"}\"}]");
        Engines engines = read(tree);
        assertThat(engines.containers())
                .extracting(EngineContainer::title)
                .containsExactly("docker:a");
        assertThat(engines.containers().getFirst().asks()).isInstanceOf(Unknown.class);
    }
}
