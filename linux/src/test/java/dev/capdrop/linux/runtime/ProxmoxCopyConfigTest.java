package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ConfigurationText;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What clones of Proxmox VE's are made of what pct has given them.
final class ProxmoxCopyConfigTest {
    private static final String CONF = "/etc/pve/lxc/101.conf";
    private static final String COPY = "/etc/pve/lxc/900000001.conf";
    private static final CapabilitySet MKNOD = CapabilitySet.of("mknod");
    private static final Map<String, String> INCLUDED =
            Map.of(
                    "/usr/share/lxc/config/debian.common.conf",
                    "lxc.cap.drop = mac_admin mac_override sys_time sys_module sys_rawio\n",
                    "/usr/share/lxc/config/debian.userns.conf",
                    "lxc.cap.drop =\n");

    private static final String MAIN =
            """
            arch: amd64
            dev0: /dev/ttyS0
            features: nesting=1
            hookscript: local:snippets/hook.pl
            hostname: web
            memory: 512
            mp0: local:subvol-%1$s-disk-1,mp=/srv
            net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:0%2$s,ip=dhcp
            onboot: 1
            ostype: debian
            protection: 1
            rootfs: local:subvol-%1$s-disk-0,size=8G
            unprivileged: 1
            """;

    private static final String OWN = "#notes\n" + MAIN.formatted("101", "1");
    private static final String CLONE =
            "#capdrop trial 0123456789ab\n" + MAIN.formatted("900000001", "2");

    private static ProxmoxCopyConfig config(String own, String snapshot, boolean network)
            throws IOException {
        Map<String, String> files = new HashMap<>(INCLUDED);
        files.put(CONF, own);
        return new ProxmoxCopyConfig(
                new ConfigurationText(CONF, files, Map.of(), 0, Map.of()), 40, snapshot, network);
    }

    @Test
    void whatLeadsToTheHostOrMustNotBeTwiceIsLeftOut() throws IOException {
        ProxmoxCopyConfig config = config(OWN, "", false);
        assertThat(config.of(COPY, CLONE, MKNOD))
                .isEqualTo(
                        """
                        #capdrop trial 0123456789ab
                        arch: amd64
                        features: nesting=1
                        hostname: web
                        memory: 512
                        mp0: local:subvol-900000001-disk-1,mp=/srv
                        ostype: debian
                        rootfs: local:subvol-900000001-disk-0,size=8G
                        unprivileged: 1
                        lxc.net.0.type: empty
                        lxc.cap.drop: mknod
                        """);
        assertThat(config.of(COPY, CLONE, CapabilitySet.EMPTY)).endsWith("lxc.net.0.type: empty\n");
        assertThat(config.differences())
                .contains("without 'dev0: /dev/ttyS0'")
                .contains("without 'hookscript: local:snippets/hook.pl'")
                .contains("no network but a loopback device; --network gives it one")
                .noneMatch(one -> one.contains("onboot") || one.contains("protection"));
        assertThat(config.volume()).isEqualTo("local:subvol-101-disk-0");
    }

    @Test
    void withItsNetworkACopyHasTheAddressThatItsCloneWasGiven() throws IOException {
        assertThat(config(OWN, "", true).of(COPY, CLONE, MKNOD))
                .contains("hwaddr=BC:24:11:00:00:02")
                .doesNotContain("lxc.net");
        String fixed = OWN.replace("ip=dhcp", "ip=192.0.2.4/24");
        assertThatThrownBy(() -> config(fixed, "", true))
                .hasMessage(
                        "--network: its configuration says 'ip=192.0.2.4/24' for net0, an address that two containers must not have at once; leave out --network");
        assertThat(config(fixed, "", false).differences()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "lxc.mount.entry: /srv srv none bind 0 0, lxc.mount.entry: /srv srv none bind 0 0",
        "lxc.hook.pre-start: /root/x, lxc.hook.pre-start: /root/x",
        "lxc.idmap: u 0 0 65536, maps the host's root",
        "unprivileged: 0, it is privileged",
        "[pve:pending], changes that wait for its next start"
    })
    void whatACopyMustNotHaveIsRefused(String line, String why) {
        String more = line.startsWith("[") ? line + "\nmemory: 1024" : line;
        assertThatThrownBy(() -> config(OWN + more + "\n", "", false))
                .hasMessageContaining(why)
                .hasMessageEndingWith(", so no copy is made");
    }

    @Test
    void aLineThatIsTwoForLiblxcIsNotKnown() {
        String smuggled = OWN + "lxc.environment: A=b\rlxc.hook.start = /x\n";
        assertThatThrownBy(() -> config(smuggled, "", false)).hasMessageContaining("not known");
    }

    @Test
    void aSnapshotIsCopiedAsItWasWhereItHoldsTheSameCapabilities() throws IOException {
        String section = "[good]\n" + MAIN.formatted("101", "1") + "snaptime: 1\n";
        ProxmoxCopyConfig config = config(OWN + "\n" + section, "good", false);
        assertThat(config.of(COPY, CLONE, MKNOD)).endsWith("lxc.cap.drop: mknod\n");
        assertThatThrownBy(() -> config(OWN + "\n" + section, "bad", false))
                .hasMessageContaining("no snapshot called 'bad'");
        ProxmoxCopyConfig changed =
                config(OWN + "lxc.cap.drop: lease\n\n" + section, "good", false);
        assertThatThrownBy(() -> changed.of(COPY, CLONE, MKNOD))
                .hasMessageContaining("would not be as it is meant")
                .hasMessageContaining("lease");
    }

    /// As where pct has not given it a disk of its own.
    @Test
    void aCloneWithADiskOfTheContainersIsNotStarted() throws IOException {
        ProxmoxCopyConfig config = config(OWN, "", false);
        assertThatThrownBy(() -> config.of(COPY, OWN, MKNOD))
                .hasMessageContaining("'mp0' would be the container's own");
        assertThatThrownBy(() ->
                        config.of(
                                COPY,
                                CLONE.replace("local:subvol-900000001-disk-1", "/srv"),
                                MKNOD))
                .hasMessageContaining("'mp0' would be a folder of the host");
        assertThatThrownBy(() -> config.of(COPY, CLONE + "lxc.hook.start: /x\n", MKNOD))
                .hasMessageContaining("lxc.hook.start");
    }
}
