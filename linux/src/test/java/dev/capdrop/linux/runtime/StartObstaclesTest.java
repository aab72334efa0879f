package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.runtime.ConfiguredRoots.StorageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StartObstaclesTest {
    private static final String STATUS =
            """
            Name             Type     Status           Total            Used       Available        %
            local             dir     active        98497780        12345678        81102108   12.53%
            nas               nfs   inactive               0               0               0    0.00%
            old               dir   disabled               0               0               0      N/A
            """;

    @TempDir private Path interfaces;

    private String first(String line) throws IOException {
        Path bridge = interfaces.resolve("vmbr0");
        if (Files.notExists(bridge)) {
            Files.createDirectory(bridge);
            Files.writeString(bridge.resolve("mtu"), "1500\n");
            Files.writeString(interfaces.resolve("plain"), "");
            Path hook = Files.createFile(interfaces.resolve("hook"));
            Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
        }
        Map<String, String> storages = StartObstacles.states(STATUS);
        StorageFolder files =
                volume ->
                        volume.startsWith("local:snippets/")
                                ? interfaces.resolve(volume.substring("local:snippets/".length()))
                                : null;
        return new StartObstacles(interfaces, storages, files).first("arch: amd64\n" + line + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "net0: name=eth0,bridge=vmbr9,hwaddr=BC:24:11:00:00:01 | needs the bridge 'vmbr9' for net0, which this host has not",
                "rootfs: nas:101/vm-101-disk-0.raw,size=8G | has its rootfs on the storage 'nas', which is inactive",
                "mp0: volume=old:subvol-101-disk-1,mp=/srv | has its mp0 on the storage 'old', which is disabled",
                "mp1: gone:x,mp=/srv | has its mp1 on the storage 'gone', which is not known to 'pvesm status'",
                "net1: name=eth1,bridge=vmbr0,mtu=9000 | has an MTU of 9000 for net1, and its bridge 'vmbr0' one of 1500",
                "dev0: /dev/ttyNone,uid=1000 | gets '/dev/ttyNone' as dev0, which is not there",
                "dev1: gid=5,path=/etc/passwd | gets '/etc/passwd' as dev1, which is no device",
                "hookscript: local:snippets/gone | runs the hookscript 'local:snippets/gone', which is not there",
                "hookscript: local:snippets/plain | runs the hookscript 'local:snippets/plain', which is not executable",
                "mp2: /nowhere/at/all,mp=/srv | mounts '/nowhere/at/all' as mp2, which is not there",
            })
    void whatWouldKeepAGuestFromStartingAgainIsFound(String line, String obstacle)
            throws IOException {
        assertThat(first(line)).isEqualTo(obstacle);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "net0: name=eth0,bridge=vmbr0",
                "net0: name=eth0,bridge=vmbr0,mtu=1500",
                "dev0: /dev/null",
                "dev0: mode=0660,path=/dev/null",
                "hookscript: local:snippets/hook",
                "hookscript: nobody:knows",
                "net0: name=eth0,type=veth",
                "rootfs: local:101/vm-101-disk-0.raw,size=8G",
                "mp0: /,mp=/srv"
            })
    void whatIsThereIsNoObstacle(String line) throws IOException {
        assertThat(first(line)).isEmpty();
    }

    @Test
    void aStorageThatNobodyCouldBeAskedAboutIsNoObstacle() throws IOException {
        assertThat(new StartObstacles(interfaces, null, _ -> null).first("rootfs: nas:x\n"))
                .isEmpty();
    }
}
