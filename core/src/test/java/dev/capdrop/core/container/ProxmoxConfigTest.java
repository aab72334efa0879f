package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ProxmoxConfigTest {
    private static final String PATH = "/etc/pve/lxc/101.conf";
    private static final int LAST = 40;
    private static final String MAIN = "arch: amd64\nostype: debian\nunprivileged: 1\n";
    private static final CapabilitySet DROP = set("sys_rawio", "audit_read");

    @Test
    void aNewLineGoesBehindTheLastRawLineOfTheMainSectionNeverToTheEndOfTheFile() {
        String text = "#notes\n" + MAIN + "lxc.mount.auto: cgroup\n#more\n\n[before]\nmemory: 1\n";
        assertThat(drop(text).after())
                .isEqualTo(
                        "#notes\n"
                                + MAIN
                                + "lxc.mount.auto: cgroup\nlxc.cap.drop: sys_rawio audit_read\n"
                                + "#more\n\n[before]\nmemory: 1\n");
    }

    @Test
    void theFilesForItsOstypeThatAreNotHereAreNamed() {
        String common = "/usr/share/lxc/config/common.conf";
        String own = "/usr/share/lxc/config/alpine.common.conf";
        String mapped = "/usr/share/lxc/config/alpine.userns.conf";
        String alpine = "arch: amd64\nostype: alpine\n";
        assertThat(missing(alpine, common, "")).containsExactly(own);
        assertThat(missing(alpine, common, "", own, "")).isEmpty();
        assertThat(missing(alpine + "unprivileged: 1\n", common, "", own, ""))
                .containsExactly(mapped);
        assertThat(missing("arch: amd64\nostype: opensuse\nunprivileged: 1\n", common, ""))
                .as("it has no file of its own for a user namespace")
                .containsExactly("/usr/share/lxc/config/opensuse.common.conf");
        assertThat(missing("arch: amd64\nostype: unmanaged\n", common, ""))
                .as("no liblxc has one of its own")
                .isEmpty();
    }

    private static List<String> missing(String conf, String... files) {
        TextSource source = TextSource.of(conf, files);
        return ConfigFormat.PROXMOX.resolve(TextSource.MAIN, source, LAST).missing();
    }

    @Test
    void aGuestWithNestingIsTheOneWhoseAppArmorProfileAllowsIt() {
        for (String features : List.of("nesting=1", "keyctl=1,nesting=1", "nesting=1,mount=nfs")) {
            assertThat(allowsNesting(MAIN + "features: " + features + "\n")).isEqualTo("1");
        }
        for (String none : List.of("", "features: keyctl=1\n", "features: nesting=0\n")) {
            assertThat(allowsNesting(MAIN + none)).isNull();
        }
    }

    @Test
    void anIdMapIsWrittenForAGuestThatIsUnprivilegedAndHasNoneOfItsOwn() {
        assertThat(idMaps(MAIN)).containsExactly("u 0 100000 65536", "g 0 100000 65536");
        assertThat(idMaps("arch: amd64\n")).isEmpty();
        assertThat(idMaps(MAIN + "lxc.idmap: u 0 7 1\n")).containsExactly("u 0 7 1");
    }

    @Test
    void deviceNodesAreMadeByTheProxyOfAnUnprivilegedGuestWithMknod() {
        String key = "lxc.seccomp.notify.proxy";
        String mknod = "features: mknod=1\n";
        assertThat(value(MAIN + mknod, key)).isEqualTo("unix:/run/pve/lxc-syscalld.sock");
        assertThat(value(MAIN, key)).isNull();
        assertThat(value("arch: amd64\n" + mknod, key)).isNull();
    }

    @Test
    void eachNetworkIsAVethPairOfItsNumber() {
        String two = MAIN + "net0: name=eth0\nnet12: name=eth1\nnetwork: x\n";
        assertThat(value(two, "lxc.net.0.type")).isEqualTo("veth");
        assertThat(value(two, "lxc.net.12.type")).isEqualTo("veth");
        assertThat(value(MAIN, "lxc.net.0.type")).isNull();
    }

    private static List<String> idMaps(String text) {
        return ConfigFormat.PROXMOX.settings(PATH, source(text)).values("lxc.idmap");
    }

    private static @Nullable String value(String text, String key) {
        return ConfigFormat.PROXMOX.settings(PATH, source(text)).value(key);
    }

    private static @Nullable String allowsNesting(String text) {
        return ConfigFormat.PROXMOX
                .settings(PATH, source(text))
                .value("lxc.apparmor.allow_nesting");
    }

    @Test
    void withoutRawLinesItGoesBehindTheLastLineOfTheMainSection() {
        assertThat(drop(MAIN + "\n\n[before]\n" + MAIN).after())
                .isEqualTo(MAIN + "lxc.cap.drop: sys_rawio audit_read\n\n\n[before]\n" + MAIN);
        assertThat(drop(MAIN.stripTrailing()).after())
                .isEqualTo(MAIN + "lxc.cap.drop: sys_rawio audit_read");
    }

    @Test
    void aDropIsAppendedToTheLinesThatAreThereAlready() {
        ConfigEdit edit = drop(MAIN + "lxc.cap.drop = sys_rawio\n");
        assertThat(edit.after())
                .isEqualTo(MAIN + "lxc.cap.drop = sys_rawio\nlxc.cap.drop: audit_read\n");
        assertThat(edit.addedToDrop()).isEqualTo(set("audit_read"));
    }

    @Test
    void aKeepLineLosesTheNamesAndASnapshotOfTheSameLinesIsLeftAlone() {
        String snapshot = "\n[before]\n" + MAIN + "lxc.cap.keep: chown kill\n";
        ConfigEdit edit = drop(MAIN + "lxc.cap.keep: chown sys_rawio kill\n" + snapshot);
        assertThat(edit.after()).isEqualTo(MAIN + "lxc.cap.keep: chown kill\n" + snapshot);
        String later =
                edit.after().replaceFirst("ostype: debian\n", "hostname: x\nostype: debian\n");
        assertThat(ConfigFormat.PROXMOX.takeBack(later, edit))
                .contains("unprivileged: 1\nlxc.cap.keep: chown sys_rawio kill\n")
                .endsWith(snapshot);
    }

    @Test
    void eachSnapshotComesToWhatItsOwnLinesSay() {
        String text =
                MAIN
                        + "lxc.cap.drop: kill\n\n[after]\n"
                        + MAIN
                        + "\n[before]\n"
                        + MAIN
                        + "lxc.cap.keep: chown\n\n[pve:pending]\nmemory: 1\n";
        Map<String, EffectiveCapabilities> all =
                ConfigFormat.PROXMOX.snapshots(PATH, source(text), LAST);
        assertThat(all.keySet()).containsExactly("after", "before");
        assertThat(Objects.requireNonNull(all.get("after")).mode())
                .isEqualTo(EffectiveCapabilities.Mode.NONE);
        assertThat(Objects.requireNonNull(all.get("before")).names()).isEqualTo(set("chown"));
        assertThat(ConfigFormat.LXC.snapshots(PATH, source(text), LAST)).isEmpty();
    }

    @Test
    void takingBackLeavesWhatASnapshotHoldsOfOurs() {
        ConfigEdit edit = drop(MAIN);
        String later = edit.after() + "hostname: x\n\n[mine]\n" + edit.after();
        assertThat(ConfigFormat.PROXMOX.takeBack(later, edit))
                .isEqualTo(MAIN + "hostname: x\n\n[mine]\n" + edit.after());
    }

    @Test
    void aPendingRawLineReplacesAllOthersSoThatNoEditIsMade() {
        String text = MAIN + "\n[pve:pending]\nlxc.cap.drop: net_raw\n";
        assertThat(resolve(text).names()).isEqualTo(set("net_raw"));
        assertThatIllegalStateException()
                .isThrownBy(() -> drop(text))
                .withMessageContaining("PENDING_RAW_LINES")
                .withMessageContaining(PATH);
    }

    /// As `pct set --env` leaves it, seen on a node of pve-container 6.1.10.
    @Test
    void aPendingVariableReplacesVariablesAlone() {
        String main = "lxc.environment.runtime: A=a\n" + MAIN + "lxc.cap.drop: net_raw\n";
        String text = main + "\n[pve:pending]\nlxc.environment.runtime: B=b\n";
        assertThat(ConfigFormat.PROXMOX.obstacle(text))
                .isEqualTo(ConfigFormat.PROXMOX.obstacle(main));
        assertThat(ProxmoxConfig.parse(text).nextStart().raw())
                .extracting(line -> line.text())
                .containsExactly("lxc.environment.runtime: B=b", "lxc.cap.drop: net_raw");
        assertThat(ProxmoxConfig.parse(main + "[pve:pending]\ndelete: env\n").nextStart().raw())
                .extracting(line -> line.text())
                .containsExactly("lxc.cap.drop: net_raw");
    }

    @Test
    void pendingPropertiesAreAppliedAndDeletedOnesLeave() {
        ProxmoxConfig.Section next =
                ProxmoxConfig.parse(
                                MAIN + "swap: 1\n[PVE:pending]\nmemory: 5\ndelete: swap,!net0\n")
                        .nextStart();
        assertThat(next.properties())
                .isEqualTo(
                        Map.of(
                                "arch", "amd64",
                                "ostype", "debian",
                                "unprivileged", "1",
                                "memory", "5"));
    }

    @Test
    void aPrivilegedContainerIsOneWhoseFileSaysNothing() {
        assertThat(ProxmoxConfig.parse("arch: amd64\n").main().unprivileged()).isFalse();
        assertThat(ProxmoxConfig.parse("unprivileged: Yes\n").main().unprivileged()).isTrue();
        assertThat(ProxmoxConfig.parse("lxc.idmap: u 0 1 1\n").main().unprivileged()).isTrue();
    }

    @Test
    void whatLiblxcRefusesIsNamedByItsLineInThisFile() {
        LoadError error =
                Objects.requireNonNull(resolve(MAIN + "lxc.cap.drop: SYS_RAWIO\n").error());
        assertThat(error.file()).isEqualTo(PATH);
        assertThat(error.line()).isEqualTo(4);
        assertThat(error.text()).isEqualTo("lxc.cap.drop: SYS_RAWIO");
        assertThatIllegalStateException()
                .isThrownBy(() -> drop(MAIN + "lxc.cap.drop: SYS_RAWIO\n"))
                .withMessageContaining("file=" + PATH + ", line=4");
    }

    @Test
    void aCarriageReturnInsideAValueEndsTheLineForLiblxcOnly() {
        String text = MAIN + "lxc.cap.drop: mknod\rlxc.cap.drop = sys_time\r\n";
        assertThat(resolve(text).names()).isEqualTo(set("mknod", "sys_time"));
        assertThat(drop(text).after()).contains("mknod\rlxc.cap.drop = sys_time\r\n");
    }

    @Test
    void keysThatProxmoxDoesNotHandOnAreLost() {
        ProxmoxConfig config =
                ProxmoxConfig.parse(
                        "lxc.rootfs.path: /x\nlxc.cap.DROP: kill\nlxc.prlimit.nofile: 1\n");
        assertThat(config.remarks(PATH))
                .extracting(remark -> remark.line() + ": " + remark.text())
                .containsExactly(
                        "1: Proxmox VE does not understand this line, and loses it when it next"
                                + " writes the file: lxc.rootfs.path: /x",
                        "2: Proxmox VE does not understand this line, and loses it when it next"
                                + " writes the file: lxc.cap.DROP: kill");
        assertThat(config.main().raw()).hasSize(1);
    }

    /// `update_lxc_config` in pve-container's LXC.pm.
    @Test
    void theEntrypointOfAnImageIsPid1() {
        assertThat(
                        ConfigFormat.PROXMOX
                                .settings(PATH, source(MAIN + "entrypoint: /srv/run --fast\n"))
                                .value("lxc.init.cmd"))
                .isEqualTo("/srv/run --fast");
        assertThat(ConfigFormat.PROXMOX.settings(PATH, source(MAIN)).value("lxc.init.cmd"))
                .isNull();
    }

    @Test
    void devuanHasFilesOfItsOwn() {
        assertThat(resolve(MAIN.replace("ostype: debian", "ostype: devuan")).missing())
                .containsExactly(
                        "/usr/share/lxc/config/devuan.common.conf",
                        "/usr/share/lxc/config/devuan.userns.conf");
    }

    private static ConfigEdit drop(String text) {
        ConfigEdit edit = ConfigFormat.PROXMOX.drop(PATH, source(text), DROP, LAST).orElseThrow();
        assertThat(ConfigFormat.PROXMOX.takeBack(edit.after(), edit)).isEqualTo(text);
        return edit;
    }

    private static EffectiveCapabilities resolve(String text) {
        return ConfigFormat.PROXMOX.resolve(PATH, source(text), LAST);
    }

    private static ConfigSource source(String text) {
        return new TextSource(
                Map.of(
                        PATH,
                        text,
                        "/usr/share/lxc/config/common.conf",
                        "",
                        "/usr/share/lxc/config/userns.conf",
                        "lxc.cap.drop =\n"));
    }

    private static CapabilitySet set(String... names) {
        CapabilitySet set = CapabilitySet.EMPTY;
        for (String name : names) {
            set = set.with(Objects.requireNonNull(Capability.named(name)));
        }
        return set;
    }
}
