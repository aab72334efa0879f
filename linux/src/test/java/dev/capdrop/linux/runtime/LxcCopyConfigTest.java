package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.runtime.HostRuntime.Original;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The configuration of throw-away copies.
final class LxcCopyConfigTest {
    private static final Path ROOT = Path.of("/var/lib/lxc/web/rootfs");
    private static final Path PLACE = Path.of("/run/capdrop-trial/trial-1");
    private static final String FILE = "/var/lib/lxc/web/config";
    private static final List<String> MAPPED =
            List.of(
                    "lxc.rootfs.path = dir:" + ROOT,
                    "lxc.idmap = u 0 100000 65536",
                    "lxc.idmap = g 0 100000 65536");

    @TempDir private Path temp;

    /// A copy's configuration, and how it was made.
    private record Made(LxcCopyConfig config, String text) {
        String values(String key) {
            return String.join(
                    "; ",
                    ConfigurationText.settings(
                                    new ConfigurationText(
                                            FILE, Map.of(FILE, text), Map.of(), 0, Map.of()),
                                    new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc")
                                            .format())
                            .values(key));
        }
    }

    private static Made made(boolean network, List<String> own, String... lines)
            throws IOException {
        String text = String.join("\n", own) + "\n" + String.join("\n", lines) + "\n";
        Original original =
                new Original(
                        new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc"),
                        new ConfigurationText(FILE, Map.of(FILE, text), Map.of(), 0, Map.of()),
                        40,
                        Path.of("/state"),
                        network,
                        false,
                        "");
        LxcCopyConfig config = new LxcCopyConfig(original, ROOT, _ -> true);
        return new Made(config, config.text(text, PLACE));
    }

    private static Made made(String... lines) throws IOException {
        return made(false, MAPPED, lines);
    }

    private static void refused(String sentence, String... lines) {
        assertThatThrownBy(() -> made(lines)).hasMessageContaining(sentence);
    }

    private static void leftOut(String entry, String why) throws IOException {
        Made made = made("lxc.mount.entry = " + entry);
        assertThat(made.values("lxc.mount.entry")).isEmpty();
        assertThat(made.config.differences()).contains("without its mount '" + entry + "': " + why);
    }

    @Test
    void theRootOfACopyIsItsOwn() throws IOException {
        Made made = made();
        assertThat(made.values("lxc.rootfs.path")).endsWith("; dir:" + PLACE.resolve("rootfs"));
        assertThat(made.values("lxc.idmap")).isEqualTo("u 0 100000 65536; g 0 100000 65536");
        assertThat(made.values("lxc.net.0.type")).isEqualTo("empty");
    }

    @Test
    void aNulByteEndsAConfigurationForLiblxcAndIsRefused() {
        refused("has a NUL byte, behind which liblxc does not read", "lxc.uts.name = web\0");
    }

    /// As it is where an included file has one that came later.
    @Test
    void whatWouldNotBeReadAsItIsMeantIsNoCopysConfiguration() throws IOException {
        LxcCopyConfig config = made().config;
        String own = String.join("\n", MAPPED);
        assertThatThrownBy(() -> config.text(own + "\n\0", PLACE))
                .hasMessageContaining("its root directory would not be the copy's own");
        assertThatThrownBy(() -> config.text(own + "\nlxc.hook.later = /bin/x", PLACE))
                .hasMessageContaining("would not be read as it is meant");
    }

    @Test
    void aPrivilegedContainerHasNoCopies() {
        assertThatThrownBy(() -> made(false, MAPPED.subList(0, 1)))
                .hasMessageStartingWith("it is privileged (its configuration has no lxc.idmap)");
        refused("maps the host's root", "lxc.idmap = u 65536 0 1");
    }

    @Test
    void aContainerWithoutADevOfItsOwnHasNoCopies() {
        refused("'lxc.autodev = 0', so that its copies would have no /dev", "lxc.autodev = 0");
    }

    @Test
    void whatSharesLimitsMountsOrNamespacesWithTheHostIsRefused() {
        refused("'lxc.cgroup.dir = a/b': a copy elsewhere", "lxc.cgroup.dir = a/b");
        refused("is shared with the host", "lxc.mount.auto = proc shmounts:/a:/b");
        refused("shares a namespace", "lxc.namespace.share.net = other");
        refused("lxc.seccomp.notify.proxy", "lxc.seccomp.notify.proxy = unix:/run/x");
    }

    @Test
    void listsAreTakenBackThoughTheConfigurationDoesNotHaveThemNow() throws IOException {
        assertThat(made().text.lines())
                .contains(
                        "lxc.hook.pre-start =",
                        "lxc.hook.start-host =",
                        "lxc.mount.entry =",
                        "lxc.mount.fstab = /dev/null",
                        "lxc.net =",
                        "lxc.console.logfile =",
                        "lxc.console.path =",
                        "lxc.log.file =",
                        "lxc.group =",
                        "lxc.start.auto = 0",
                        "lxc.ephemeral = 0",
                        "lxc.seccomp.notify.proxy =");
    }

    @Test
    void hooksStayOnlyWhereTheDistributionPutsThem() throws IOException {
        Made made =
                made(
                        "lxc.hook.mount = /usr/share/lxcfs/lxc.mount.hook",
                        "lxc.hook.mount = /usr/share/lxc-mine/hook",
                        "lxc.hook.mount = /usr/share/lxc/../../../root/hook",
                        "lxc.hook.mount = /usr/share/lxc/hooks/a; /root/hook");
        assertThat(made.values("lxc.hook.mount")).isEqualTo("/usr/share/lxcfs/lxc.mount.hook");
        assertThat(made.config.differences())
                .contains("without its hook '/usr/share/lxc-mine/hook' (lxc.hook.mount)")
                .hasSize(4);
    }

    @Test
    void aMountThatIsNotUnderstoodIsLeftOut() throws IOException {
        leftOut("srv srv none bind,optional 0 0", "its source is relative");
        leftOut("/no/such srv none bind,optional 0 0", "its source is not there now");
        leftOut("\"/etc\" srv none bind 0 0", "it is not understood");
        leftOut("/e\\164c srv none bind 0 0", "it is not understood");
        leftOut("/\u00c3\u00a4 srv none bind 0 0", "it is not understood");
        leftOut("/etc ../srv none bind 0 0", "it is not understood");
        leftOut("/usr/../etc srv none bind 0 0", "it is not understood");
        leftOut("/etc srv none bind,rshared 0 0", "it is not understood");
        leftOut("/etc srv none bind,idmap=container 0 0", "it is not understood");
        leftOut("/etc srv none bind,relative 0 0", "it is not understood");
        leftOut("/etc srv", "it is not understood");
        leftOut("/dev/sda1 srv ext4 ro 0 0", "a file system that others use, too");
        leftOut("proc proc proc remount 0 0", "it is not understood");
    }

    @Test
    void whatIsTheKernelsIsSeenReadOnlyOrNotAtAll() throws IOException {
        String why = "its source is the kernel's, for the whole host";
        leftOut("/proc/sys proc/sys none bind 0 0", why);
        leftOut("/sys/kernel sys/kernel none bind 0 0", why);
        leftOut("/dev/shm dev/shm none bind 0 0", why);
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("/proc/sys"));
        leftOut(link + " srv none bind 0 0", why);
        assertThat(
                        made("lxc.mount.entry = /sys/kernel/debug sys/kernel/debug none bind 0 0")
                                .values("lxc.mount.entry"))
                .isEqualTo("/sys/kernel/debug sys/kernel/debug none bind,ro 0 0");
        assertThat(
                        made("lxc.mount.entry = debugfs sys/kernel/debug debugfs rw 0 0")
                                .values("lxc.mount.entry"))
                .isEqualTo("debugfs sys/kernel/debug debugfs rw,ro 0 0");
        assertThat(
                        made("lxc.mount.entry = tmpfs tmp tmpfs rw,size=10m 0 0")
                                .values("lxc.mount.entry"))
                .isEqualTo("tmpfs tmp tmpfs rw,size=10m 0 0");
    }

    @Test
    void aFolderIsAnOverlayAndAFileIsReadOnly() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("a b"));
        Path file = Files.createFile(temp.resolve("file"));
        Made made =
                made(
                        "lxc.mount.entry = " + temp + "/a\\040b srv none bind,create=dir 0 0",
                        "lxc.mount.entry = " + file + " etc/x none rw,bind 0 0");
        assertThat(made.values("lxc.mount.entry"))
                .isEqualTo(
                        PLACE
                                + "/0 srv none bind,create=dir 0 0; "
                                + file
                                + " etc/x none rw,bind,ro 0 0");
        assertThat(made.config.shared()).containsExactly(folder.toRealPath());
    }

    /// liblxc would mount it over the original's root directory.
    @Test
    void anAbsoluteTargetIsOneInTheCopysOwnRoot() throws IOException {
        assertThat(
                        made("lxc.mount.entry = tmpfs " + ROOT + "/tmp tmpfs rw 0 0")
                                .values("lxc.mount.entry"))
                .isEqualTo("tmpfs tmp tmpfs rw 0 0");
        leftOut("tmpfs /srv tmpfs rw 0 0", "its target is not below '" + ROOT + "'");
        leftOut("tmpfs " + ROOT + "x/a tmpfs rw 0 0", "its target is not below '" + ROOT + "'");
    }

    @Test
    void theNetworkHasOtherHardwareAddressesAndNoNameOnTheHost() throws IOException {
        Made made =
                made(
                        true,
                        MAPPED,
                        "lxc.net.0.type = veth",
                        "lxc.net.0.link = br0",
                        "lxc.net.0.veth.pair = web0",
                        "lxc.net.0.hwaddr = 00:16:3e:01:02:03");
        assertThat(made.values("lxc.net.0.hwaddr")).isEqualTo("00:16:3e:xx:xx:xx");
        assertThat(made.values("lxc.net.0.link")).isEqualTo("br0");
        assertThat(made.values("lxc.net.0.veth.pair")).isEmpty();
        assertThat(made.config.differences().getFirst()).contains("machine-id");
    }

    @Test
    void withoutANetworkNothingOfItStays() throws IOException {
        Made made = made("lxc.net.0.type = veth", "lxc.net.0.link = br0", "lxc.net.1.type = veth");
        assertThat(made.values("lxc.net.0.type")).isEqualTo("empty");
        assertThat(made.values("lxc.net.0.link")).isEmpty();
        assertThat(made.values("lxc.net.1.type")).isEmpty();
    }

    @Test
    void aNetworkThatActsOnTheHostIsRefused() {
        for (String line :
                List.of(
                        "lxc.net.0.script.up = /root/up",
                        "lxc.net.0.veth.ipv4.route = 10.0.0.0/8",
                        "lxc.net.0.veth.ipv6.route = fd00::/8")) {
            assertThatThrownBy(() -> made(true, MAPPED, "lxc.net.0.type = veth", line))
                    .hasMessageContaining("which acts on the host for each copy, too");
        }
        assertThatThrownBy(() -> made(true, MAPPED, "lxc.net.0.type = phys"))
                .hasMessageContaining("which no copy can have beside it");
    }
}
