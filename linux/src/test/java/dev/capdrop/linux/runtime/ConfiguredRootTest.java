package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.runtime.ConfiguredRoots.StorageFolder;
import dev.capdrop.linux.runtime.HostRuntime.ConfiguredRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfiguredRootTest {
    private static final String HERE = "/etc/pve/lxc/205.conf";

    @TempDir private Path temp;

    private static ConfiguredRoot of(String configPath) throws IOException {
        return of(configPath, null, _ -> null);
    }

    private static ConfiguredRoot of(
            String configPath, @Nullable String volume, StorageFolder folders) throws IOException {
        ContainerId guest = ContainerId.proxmox("205", "/no/lxc", configPath);
        return ConfiguredRoots.ofProxmox(guest, volume == null ? "" : volume, folders);
    }

    @Test
    void aVolumeThatIsAFolderIsReadWithoutAMount() throws IOException {
        Files.createDirectory(temp.resolve("etc"));
        StorageFolder zfs = volume -> volume.equals("tank:subvol-205-disk-0") ? temp : null;
        assertThat(of(HERE, "tank:subvol-205-disk-0", zfs))
                .isEqualTo(new ConfiguredRoot.Directory(temp));
        assertThat(of(HERE, temp.toString(), zfs)).isEqualTo(new ConfiguredRoot.Directory(temp));
        assertThat(of(HERE, "lvm:vm-205-disk-0", _ -> Path.of("/dev/pve/vm-205-disk-0")).toString())
                .contains("pct mount 205");
    }

    @Test
    void whatIsNoVolumeIsNotAskedFor() throws IOException {
        assertThat(StorageFolder.byPvesm("--version")).isNull();
        assertThat(StorageFolder.byPvesm("a:../b c")).isNull();
    }

    @Test
    void forAGuestOfAnotherNodeTheNodeIsNamedAndNothingAdvisedThatWorksThereOnly()
            throws IOException {
        assertThat(of("/etc/pve/nodes/pve2/lxc/205.conf"))
                .isEqualTo(
                        new ConfiguredRoot.Elsewhere(
                                "it is on the node 'pve2', and so is its root directory; run"
                                        + " capdrop there"));
        assertThat(of(HERE).toString()).contains("pct mount 205");
    }
}
