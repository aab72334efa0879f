package dev.capdrop.linux.snapshot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.store.ClusterFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is said of a container that does not run.
final class SnapshotReaderTest {
    private static final String IDS = "lxc.idmap = g 0 7 65536\nlxc.idmap = u 0 100000 65536\n";

    @TempDir private Path folder;

    @BeforeEach
    void aRootDirectory() throws IOException {
        write("rootfs/usr/lib/systemd/libsystemd-shared-257.so", "");
        write("rootfs/usr/lib/systemd/systemd", "");
        write("rootfs/usr/lib/systemd/system/default.target", "[Unit]\nWants=a.service\n");
        write("rootfs/usr/lib/systemd/system/rescue.target", "[Unit]\n");
        write("rootfs/usr/lib/systemd/system/sysinit.target", "[Unit]\n");
        write("rootfs/usr/lib/systemd/system/a.service", "[Service]\nExecStart=/a\n");
        Files.createDirectories(folder.resolve("rootfs/sbin"));
        Files.createSymbolicLink(
                folder.resolve("rootfs/sbin/init"), Path.of("/usr/lib/systemd/systemd"));
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static SnapshotReader reader(
            Function<ContainerId, @Nullable ConfigurationText> configuration) {
        RunningContainers running = new RunningContainers();
        return new SnapshotReader(
                configuration,
                SnapshotReader.PATIENCE,
                running,
                HostRuntimes.of(null, ClusterFileSystem.DEFAULT_DIRECTORY, running),
                true);
    }

    private Snapshot read(String config) throws IOException {
        ContainerId id = new ContainerId(RuntimeKind.LXC, "no-such-container", folder.toString());
        String text = config.replace("ROOT", folder.resolve("rootfs").toString());
        ConfigurationText configuration =
                new ConfigurationText(
                        id.configPath(), Map.of(id.configPath(), text), Map.of(), 0, Map.of());
        return reader(_ -> configuration).read(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ROOT", "dir:ROOT", "btrfs:ROOT"})
    void itsUnitsAreThoseOfItsNextBoot(String root) throws IOException {
        Snapshot snapshot =
                read(IDS + "lxc.cap.drop = sys_rawio\nlxc.rootfs.path = " + root + "\n");
        Systemd systemd = requireNonNull(snapshot.systemd());
        assertThat(systemd.source()).isEqualTo(Systemd.Source.FILES);
        assertThat(requireNonNull(systemd.unit("a.service")).activeState()).isEqualTo("started");
        assertThat(snapshot.running()).isFalse();
        assertThat(snapshot.problems()).isEmpty();
        assertThat(snapshot.configuration()).isNotNull();
    }

    @Test
    void itsConfigurationSaysWhatItWillHold() throws IOException {
        Init init =
                requireNonNull(
                        read(IDS + "lxc.cap.drop = sys_rawio\nlxc.rootfs.path = ROOT\n").init());
        assertThat(init.unprivileged()).isTrue();
        int last = SnapshotReader.host().lastCapability();
        assertThat(init.bounding())
                .isEqualTo(CapabilitySet.upTo(last).minus(CapabilitySet.of("sys_rawio")));
    }

    @Test
    void withoutAMapOfUsersItIsPrivileged() throws IOException {
        Snapshot snapshot = read(IDS + "lxc.idmap =\nlxc.rootfs.path = ROOT\n");
        assertThat(requireNonNull(snapshot.init()).unprivileged()).isFalse();
        assertThat(requireNonNull(snapshot.isolation()).rootUid()).isZero();
        assertThat(requireNonNull(read(IDS + "lxc.rootfs.path = ROOT\n").isolation()).rootUid())
                .isEqualTo(100_000);
    }

    /// A typing error is bad input; a container with such a map does not start, and is not
    /// privileged.
    @ParameterizedTest
    @ValueSource(strings = {"u 0 100000", "u 0 5000000000 65536", "u 0 100000 0", "v 0 1 2"})
    void aMapOfUsersThatCannotBeReadIsSaidInOneSentence(String map) {
        assertThatThrownBy(() -> read("lxc.idmap = " + map + "\nlxc.rootfs.path = ROOT\n"))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(
                        "' maps users in a way that cannot be read, expected such as 'lxc.idmap = u"
                                + " 0 100000 65536'");
    }

    @Test
    void pid1MayBeToldToStartAnotherTarget() throws IOException {
        String init = "lxc.init.cmd = /sbin/init systemd.unit=rescue.target\n";
        Snapshot snapshot = read(init + "lxc.rootfs.path = ROOT\n");
        assertThat(requireNonNull(snapshot.systemd()).manager().defaultTarget())
                .isEqualTo("rescue.target");
    }

    @Test
    void pid1MayBeSomethingElse() throws IOException {
        Snapshot snapshot = read("lxc.init.cmd = /bin/sleep 1\nlxc.rootfs.path = ROOT\n");
        assertThat(snapshot.systemd()).isNull();
        assertThat(snapshot.problems())
                .singleElement()
                .asString()
                .contains("no systemd as /bin/sleep");
    }

    @Test
    void aRootThatIsNoDirectoryIsNamed() throws IOException {
        assertThat(problem("lxc.rootfs.path = overlay:/lower:/upper\n"))
                .isEqualTo(
                        "its root directory 'overlay:/lower:/upper' is mounted only while it runs;"
                                + " mount it yourself and plan for root:DIR");
        assertThat(problem("lxc.rootfs.path = /nowhere\n"))
                .isEqualTo("its root directory '/nowhere' is no directory here");
        assertThat(problem("lxc.uts.name = a\n"))
                .isEqualTo("its configuration names no root directory");
    }

    private String problem(String config) throws IOException {
        Snapshot snapshot = read(config);
        assertThat(snapshot.systemd()).isNull();
        assertThat(snapshot.init()).isNotNull();
        assertThat(snapshot.problems()).hasSize(1);
        return snapshot.problems().getFirst();
    }

    @Test
    void mountsThatHideWhatItsRootHoldsAreNamed() throws IOException {
        Snapshot snapshot =
                read(
                        """
                        lxc.rootfs.path = ROOT
                        lxc.mount.entry = /srv/units etc/systemd/system none bind 0 0
                        lxc.mount.entry = /dev/fuse dev/fuse none bind,create=file 0 0
                        lxc.mount.entry = /no/such tmp/none none bind,optional 0 0
                        """);
        assertThat(snapshot.problems())
                .containsExactly(
                        "what its configuration mounts at '/etc/systemd/system' was not looked at");
        Systemd systemd = requireNonNull(snapshot.systemd());
        assertThat(requireNonNull(systemd.unit("etc-systemd-system.mount")).subState())
                .isEqualTo("mounted");
        assertThat(systemd.unit("tmp-none.mount")).isNull();
    }

    @Test
    void withoutItsConfigurationNothingIsKnown() throws IOException {
        ContainerId id = new ContainerId(RuntimeKind.LXC, "no-such-container", folder.toString());
        Snapshot snapshot = reader(_ -> null).read(id);
        assertThat(snapshot.init()).isNull();
        assertThat(List.of(snapshot.container())).containsExactly(id);
    }
}
