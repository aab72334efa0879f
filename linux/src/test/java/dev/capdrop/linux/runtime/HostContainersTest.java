package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostContainersTest {
    private static final String HOOK =
            "lxc.hook.pre-start = /usr/share/lxc/hooks/lxc-pve-prestart-hook\n";

    @TempDir private Path temp;

    private Path pve = Path.of("");
    private Path lxc = Path.of("");

    @BeforeEach
    void aNode() throws IOException {
        pve = temp.resolve("pve");
        lxc = Files.createDirectory(temp.resolve("lxc"));
        Files.createDirectories(pve.resolve("nodes/pve1/lxc"));
        Files.createDirectories(pve.resolve("nodes/pve2/lxc"));
        Files.createDirectories(pve.resolve("nodes/pve3"));
        Files.createDirectories(pve.resolve("ha"));
        Files.createSymbolicLink(pve.resolve("local"), Path.of("nodes/pve1"));
        Files.createSymbolicLink(pve.resolve("lxc"), Path.of("local/lxc"));
        conf("pve1", "1000", "hostname: big\n");
        conf(
                "pve1",
                "101",
                """
                hostname: web
                tags: prod;web
                lock: backup
                startup: up=5,order=2

                [pve:pending]
                hostname: next
                """);
        conf("pve1", "102", "template: 1\n");
        conf("pve2", "205", "hostname: far\nstartup: 7,up=3\n");
        Files.writeString(pve.resolve("nodes/pve1/lxc/101.conf.tmp.33"), "half");
        plain("101");
        plain("db");
    }

    private void conf(String node, String vmid, String text) throws IOException {
        Files.writeString(
                pve.resolve("nodes").resolve(node).resolve("lxc/" + vmid + ".conf"), text);
    }

    private void plain(String name) throws IOException {
        Files.writeString(Files.createDirectory(lxc.resolve(name)).resolve("config"), "");
    }

    private HostContainers host() {
        return host(pve, true);
    }

    private HostContainers host(Path directory, boolean expected) {
        return new HostContainers(List.of(proxmox(directory, expected), plain()));
    }

    private LxcRuntime plain() {
        return new LxcRuntime(lxc, new RunningContainers());
    }

    private ProxmoxRuntime proxmox(Path directory, boolean expected) {
        return new ProxmoxRuntime(directory, expected, plain().known(), new RunningContainers());
    }

    private @Nullable String refusal(HostContainer one) {
        Decision.LeftOut left = proxmox(pve, true).unchangeable(one, false, true);
        return left == null ? null : left.sentence();
    }

    private static List<String> plain(HostContainers host, String name) throws IOException {
        return host.named(name).containers().stream()
                .map(one -> one.id().target())
                .filter(target -> target.startsWith("lxc:"))
                .toList();
    }

    @Test
    void whatProxmoxVeHasGeneratedIsNeverPlainLxcWhateverItsClusterFileSystemSays()
            throws IOException {
        Path hooks = Files.writeString(temp.resolve("01-pve.conf"), HOOK);
        generated("301", "lxc.include = " + hooks + "\nlxc.environment.runtime = A=b\n");
        generated("302", "lxc.cgroup.dir.container = lxc/302\n");
        generated("303", "lxc.cgroup.dir.container = lxc/302\n");
        generated("web", HOOK);
        HostContainers without = host(temp.resolve("none"), false);
        assertThat(without.all())
                .extracting(one -> one.id().target())
                .containsExactlyInAnyOrder(
                        "lxc:101", "lxc:db", "pve:301", "pve:302", "lxc:303", "lxc:web");
        assertThat(plain(without, "301")).isEmpty();
        assertThat(refusal(without.named("301").containers().getFirst()))
                .isEqualTo(
                        "it is of Proxmox VE's making, and there is no"
                                + " '/etc/pve/lxc/301.conf' to edit; see 'pct list' and"
                                + " 'systemctl status pve-cluster'");
        assertThat(host().all())
                .as("what a guest that has gone left on a node")
                .extracting(one -> one.id().target())
                .contains("lxc:303", "lxc:web")
                .doesNotContain("pve:301", "lxc:301", "pve:302", "lxc:302");
        assertThat(plain(host(), "302")).isEmpty();
    }

    private void generated(String name, String config) throws IOException {
        plain(name);
        Files.writeString(lxc.resolve(name).resolve("config"), config);
    }

    private ProxmoxGuest guest(String vmid) throws IOException {
        return Objects.requireNonNull(host().named(vmid).containers().getFirst().guest());
    }

    @Test
    void proxmoxVesContainersComeByNumberAndAreNoneOfPlainLxc() throws IOException {
        assertThat(host().all())
                .extracting(one -> one.id().target())
                .containsExactly("pve:101", "pve:102", "pve:205", "pve:1000", "lxc:db");
        assertThat(plain(host(), "101")).isEmpty();
        assertThat(plain(host(), "db")).hasSize(1);
    }

    @Test
    void aGuestIsWhatItsMainSectionSays() throws IOException {
        assertThat(guest("101"))
                .isEqualTo(
                        new ProxmoxGuest(
                                "101",
                                new ProxmoxGuest.Place("pve1", true),
                                "web",
                                List.of("prod", "web"),
                                false,
                                "backup",
                                2,
                                false));
        assertThat(guest("1000").startupOrder()).isEqualTo(ProxmoxGuest.LAST);
        assertThat(guest("102").hostname()).isEqualTo("CT102");
        assertThat(guest("205").startupOrder()).isEqualTo(7);
    }

    @Test
    void whatMayNotBeChangedSaysWhy() throws IOException {
        assertThat(guest("101").refusal())
                .contains("locked by Proxmox VE (backup)", "pct unlock 101");
        assertThat(guest("102").refusal()).contains("is a template");
        assertThat(guest("205").refusal()).contains("on the node 'pve2'");
        assertThat(guest("1000").refusal()).isNull();
    }

    @Test
    void whoMountedAVolumeIsToldToUnmountIt() throws IOException {
        conf("pve1", "101", "lock: mounted\n");
        assertThat(guest("101").refusal())
                .isEqualTo(
                        "'pve:101' is locked by Proxmox VE (mounted); 'pct unmount 101' ends that, as 'capdrop apply 101' does");
        HostContainer mounted = host().named("101").containers().getFirst();
        assertThat(refusal(mounted)).as("of one that is named").isNull();
        assertThat(proxmox(pve, true).unchangeable(mounted, true, true)).isNotNull();
    }

    @Test
    void aFileThatWasRemovedWhileWeLookedHidesNoOther() throws IOException {
        // what a listing still names and an open no longer finds
        for (String vmid : List.of("100", "110", "120", "130", "140")) {
            Files.createSymbolicLink(
                    pve.resolve("nodes/pve1/lxc/" + vmid + ".conf"), Path.of("none"));
        }
        assertThat(host().all())
                .extracting(one -> one.id().target())
                .containsExactly("pve:101", "pve:102", "pve:205", "pve:1000", "lxc:db");
    }

    @Test
    void aFileThatIsJustBeingReplacedIsWaitedFor() throws Exception {
        Path file = pve.resolve("nodes/pve1/lxc/104.conf");
        Files.createSymbolicLink(file, Path.of("104.new"));
        Thread replacing =
                Thread.ofPlatform()
                        .start(() -> {
                            pause();
                            write(file.resolveSibling("104.new"), "hostname: late\n");
                        });
        assertThat(guest("104").hostname()).isEqualTo("late");
        replacing.join();
    }

    private static void pause() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theFileOfAnotherNodeIsReadWhereItIs() throws IOException {
        HostContainer far = host().named("205").containers().getFirst();
        assertThat(far.elsewhere()).isTrue();
        assertThat(far.id().configPath()).isEqualTo(pve + "/nodes/pve2/lxc/205.conf");
        HostContainer here = host().named("101").containers().getFirst();
        assertThat(here.id().configPath()).isEqualTo(pve + "/lxc/101.conf");
        assertThat(here.id().lxcPath()).isEqualTo(lxc.toString());
    }

    @Test
    void aContainerOfTheHaManagerIsKnown() throws IOException {
        Files.writeString(
                pve.resolve("ha/resources.cfg"),
                """
                vm: 1000
                \tstate started

                ct: 101
                \tgroup g
                \tstate started

                ct: 102
                \tstate ignored
                """);
        assertThat(guest("101").haManaged()).isTrue();
        assertThat(guest("102").haManaged()).isFalse();
        assertThat(guest("1000").haManaged()).isFalse();
    }

    @Test
    void ofAllTheHaManagersAreLeftOutWhereARestartWouldComeBetween() throws IOException {
        conf("pve1", "103", "hostname: mail\n");
        Files.writeString(pve.resolve("ha/resources.cfg"), "ct: 103\n\tstate started\n");
        HostContainer managed = host().named("103").containers().getFirst();
        ProxmoxRuntime runtime = proxmox(pve, true);
        Decision.LeftOut left = runtime.unchangeable(managed, true, true);
        assertThat(left).isNotNull();
        assertThat(left.sentence()).startsWith("the HA manager starts and stops it");
        assertThat(runtime.unchangeable(managed, true, false)).isNull();
        assertThat(runtime.unchangeable(managed, false, true)).isNull();
    }

    @Test
    void withoutTheClusterFileSystemNothingIsTakenForPlainLxc() throws IOException {
        Files.delete(pve.resolve("local"));
        assertThatThrownBy(() -> host().all())
                .hasMessageContaining("not mounted at '" + pve + "'")
                .hasMessageContaining("pve-cluster");
        assertThat(host().named("101").silent().get(RuntimeKind.PROXMOX)).contains("not mounted");
        assertThatThrownBy(() -> host().named("101", RuntimeKind.LXC))
                .hasMessageContaining("not mounted");
        assertThatThrownBy(() -> host().named("101", RuntimeKind.PROXMOX))
                .hasMessageContaining("not mounted");
        assertThat(plain(host(), "101")).isEmpty();
        assertThat(plain(host(), "db")).hasSize(1);
        HostContainers.Listing all = host().reachable();
        assertThat(all.silent()).containsOnlyKeys(RuntimeKind.PROXMOX);
        assertThat(all.containers())
                .extracting(one -> one.id().target())
                .contains("lxc:db")
                .doesNotContain("lxc:101");
    }

    @Test
    void withoutTheFolderTheHostIsNoneOfProxmoxVes() throws IOException {
        HostContainers plain = host(temp.resolve("none"), false);
        assertThat(plain.all())
                .extracting(one -> one.id().target())
                .containsExactly("lxc:101", "lxc:db");
    }

    @Test
    void aFolderThatSomebodyNamedHasToBeThere() {
        assertThatThrownBy(() -> host(temp.resolve("none"), true).named("db"))
                .hasMessage(
                        "'"
                                + temp.resolve("none")
                                + "' is no folder, expected the one that holds Proxmox VE's"
                                + " configuration, such as /etc/pve");
        HostContainers lost =
                new HostContainers(
                        List.of(new LxcRuntime(lxc.resolve("none"), new RunningContainers())));
        assertThatThrownBy(lost::all)
                .hasMessage(
                        "'"
                                + lxc.resolve("none")
                                + "' is no folder, expected the one that holds LXC's containers,"
                                + " such as /var/lib/lxc");
    }

    @Test
    void aHostnameLeadsToItsNumbers() throws IOException {
        assertThat(proxmox(pve, true).meant("far"))
                .isEqualTo(
                        "'far' is the hostname of 205; containers of Proxmox VE go by their number");
        assertThat(proxmox(pve, true).meant("none")).isEmpty();
    }
}
