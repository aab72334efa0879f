package dev.capdrop.linux.root;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.root.SafeRoot.HostMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which mounts of a container may be looked at. The host of these tests has an ext4 root on 254:0,
/// an overlay that it has made, its own lxcfs, a FUSE file system of one of its users, and a root
/// on a loop device in the mount namespace of the container's monitor.
final class HostMountsTest {
    private static final String HOST =
            """
            27 1 254:0 / / rw - ext4 /dev/vda rw
            28 27 0:40 / /srv/layers rw - overlay overlay rw,lowerdir=/a:/b
            29 27 0:41 / /var/lib/lxcfs rw - fuse.lxcfs lxcfs rw,user_id=0,group_id=0,allow_other
            30 27 0:42 / /home/u/m rw - fuse.sshfs u@h: rw,user_id=1000,group_id=1000
            31 27 0:43 / /srv/nfs rw - nfs4 server:/ rw
            """;

    private static final String MONITOR =
            """
            50 27 7:3 / /var/lib/lxc/101/rootfs rw - ext4 /dev/loop3 rw
            """;

    @TempDir Path connections = Path.of("");
    private String fusectl = "";

    @BeforeEach
    void theConnectionsAreShown() {
        fusectl = "32 27 0:44 / " + connections + " rw - fusectl none rw\n";
    }

    private boolean answers(boolean unprivileged, String device, String type) throws IOException {
        MountTable table =
                MountTable.parse("9 8 " + device + " / / rw - " + type + " none rw,user_id=0\n");
        List<MountTable> host =
                List.of(MountTable.parse(HOST + fusectl), MountTable.parse(MONITOR));
        return new HostMounts(unprivileged, () -> host, connections)
                .answers(requireNonNull(table.mount(9)));
    }

    @ParameterizedTest
    @CsvSource({
        // the kernel's own, which nobody stands behind
        "0:90, tmpfs,       true,  true",
        "0:90, proc,        true,  true",
        "0:90, cgroup2,     true,  true",
        "0:90, mqueue,      true,  true",
        // disks: only root of the host can have mounted one
        "8:1,  ext4,        true,  true",
        "8:1,  xfs,         true,  true",
        "0:90, btrfs,       true,  true",
        "0:90, zfs,         true,  true",
        // behind loop and nbd may be a file or a program of a container that can mount disks
        "7:0,  ext4,        true,  false",
        "43:0, squashfs,    true,  false",
        "7:3,  ext4,        true,  true",
        // servers: so may they be
        "0:90, nfs4,        true,  false",
        "0:43, nfs4,        true,  true",
        "0:90, 9p,          true,  false",
        // programs, and what no row names
        "0:90, fuse,        false, false",
        "0:90, fuse.lxcfs,  false, false",
        "0:41, fuse.lxcfs,  true,  true",
        "0:42, fuse.sshfs,  false, false",
        "8:1,  fuseblk,     false, false",
        "0:90, autofs,      false, false",
        "0:90, nobodyfs,    false, false",
        // layers that the host has made
        "0:40, overlay,     true,  true"
    })
    void whatAMountIsTellsWhoMayStandBehindIt(
            String device, String type, boolean unprivileged, boolean privileged)
            throws IOException {
        Files.createDirectory(connections.resolve("90"));
        assertThat(answers(true, device, type)).isEqualTo(unprivileged);
        assertThat(answers(false, device, type)).isEqualTo(privileged);
    }

    @Test
    void anOverlayOfTheContainersOwnAnswersWhereNoForeignFuseIs() throws IOException {
        assertThat(answers(true, "0:91", "overlay")).isTrue();
        Files.createDirectory(connections.resolve("41"));
        assertThat(answers(true, "0:91", "overlay")).isTrue();
        Files.createDirectory(connections.resolve("90"));
        assertThat(answers(true, "0:91", "overlay")).isFalse();
    }

    @Test
    void aUsersFuseIsForeign() throws IOException {
        Files.createDirectory(connections.resolve("42"));
        assertThat(answers(true, "0:91", "overlay")).isFalse();
    }

    @Test
    void anOverlayOfAPrivilegedContainerMayStandOnAnything() throws IOException {
        assertThat(answers(false, "0:91", "overlay")).isFalse();
    }

    @Test
    void whereTheConnectionsAreNotShownThereMayBeAny() throws IOException {
        fusectl = "";
        assertThat(answers(true, "0:91", "overlay")).isFalse();
    }

    @Test
    void theConnectionOfADiskHasItsNumber() throws IOException {
        Files.createDirectory(connections.resolve(Long.toString((254L << 20) | 5)));
        assertThat(answers(true, "0:91", "overlay")).isFalse();
    }
}
