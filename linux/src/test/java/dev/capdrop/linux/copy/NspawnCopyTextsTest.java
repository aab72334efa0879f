package dev.capdrop.linux.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.copy.NspawnCopies.MachineControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command lines of throw-away copies of a machine.
final class NspawnCopyTextsTest {
    @TempDir private Path temp;

    private static final Path ROOT = Path.of("/var/lib/machines/web");
    private static final Path PLACE = Path.of("/run/capdrop-trial/nspawn-trial-1");
    private static final String FILE = "/etc/systemd/nspawn/web.nspawn";
    private static final String UNIT = "/etc/systemd/system/systemd-nspawn@web.service";
    private static final String STANDARD = "systemd-nspawn --quiet -U --settings=override -M %i";
    private static final String[] ALWAYS = {
        "no network but a loopback device; --network gives it one",
        "without what its unit says beside the command line, limits above all"
    };
    private static final int OWNER = 1_000_000;
    private static final int LAST = 40;

    private static NspawnCopyTexts texts(String start, int owner, String... lines)
            throws IOException {
        return texts(start, owner, false, lines);
    }

    private static NspawnCopyTexts texts(String start, int owner, boolean network, String... lines)
            throws IOException {
        Map<String, String> files = new HashMap<>();
        files.put(FILE, "[Exec]\nCapability=CAP_SYS_RAWIO\n" + String.join("\n", lines) + "\n");
        files.put(UNIT, "[Service]\nExecStart=" + start + "\n");
        ConfigurationText text = new ConfigurationText(FILE, files, Map.of(), 0);
        ContainerId web = RuntimeKind.NSPAWN.container("web", FILE);
        return new NspawnCopyTexts(
                new OverlayCopies.Original(web, text, LAST, ROOT), 0, owner, network);
    }

    private static List<String> line(NspawnCopyTexts texts, String... dropped) throws IOException {
        return texts.of("nspawn-trial-1", CapabilitySet.of(dropped), PLACE).lines().toList();
    }

    @Test
    void aCopyHoldsWhatItsMachineHoldsAndHasNoNetwork() throws IOException {
        NspawnCopyTexts texts = texts(STANDARD, OWNER);
        List<String> line = line(texts, "chown");
        assertThat(line)
                .contains(
                        "--settings=no",
                        "--private-network",
                        "--machine=nspawn-trial-1",
                        "--directory=" + PLACE + "/rootfs",
                        "--private-users=1000000:65536",
                        "--hostname=web",
                        "--capability=CAP_SYS_RAWIO",
                        "--drop-capability=CAP_CHOWN,CAP_NET_ADMIN");
        String path = PLACE + "/cmdline";
        ConfigurationText text =
                new ConfigurationText(
                        path, Map.of(path, String.join("\n", line) + "\n"), Map.of(), 0);
        assertThat(ConfigFormat.NSPAWN.resolve(path, text.asSource(), LAST).bounding(LAST).names())
                .contains("sys_rawio", "kill")
                .doesNotContain("chown", "net_admin", "sys_module");
        assertThat(texts.differences()).containsExactly(ALWAYS);
    }

    @Test
    void whatTakesSomethingFromItStays() throws IOException {
        List<String> line =
                line(
                        texts(
                                STANDARD + " --no-new-privileges=yes",
                                OWNER,
                                "LimitNOFILE=100",
                                "SystemCallFilter=~keyctl",
                                "Environment=A=1 'B=2 3'",
                                "Hostname=other"));
        assertThat(line)
                .contains(
                        "--no-new-privileges=yes",
                        "--rlimit=NOFILE=100",
                        "--system-call-filter=~keyctl",
                        "--setenv=A=1",
                        "--setenv=B=2 3");
        assertThat(line.indexOf("--hostname=other")).isGreaterThan(line.indexOf("--hostname=web"));
    }

    /// Of the host nothing is in it that could be written to, or acts there.
    @Test
    void whatCouldReachTheHostIsLeftOutAndSaid() throws IOException {
        NspawnCopyTexts texts =
                texts(
                        STANDARD + " --bind=/srv --network-veth --load-credential=a:/b -E PATH",
                        OWNER,
                        "Environment=HOME",
                        "Parameters=--unit=x",
                        "[Files]",
                        "Bind=/home",
                        "BindReadOnly=/etc",
                        "Overlay=/a:/b:/c",
                        "Inaccessible=/opt",
                        "[Network]",
                        "Bridge=br0");
        List<String> line = line(texts);
        assertThat(line).contains("--inaccessible=/opt");
        assertThat(line).noneMatch(word -> word.contains("bind") || word.contains("br0"));
        assertThat(line).noneMatch(word -> word.contains("credential") || word.contains("overlay"));
        assertThat(texts.differences())
                .startsWith(ALWAYS)
                .endsWith(
                        "without its option '--bind=/srv' (" + UNIT + ":2)",
                        "without its option '--load-credential=a:/b' (" + UNIT + ":2)",
                        "without its option '--setenv=PATH' (" + UNIT + ":2)",
                        "without its setting 'Environment=HOME' (" + FILE + ":3)",
                        "without its setting 'Parameters=--unit=x' (" + FILE + ":4)",
                        "without its setting 'Bind=/home' (" + FILE + ":6)",
                        "without its setting 'BindReadOnly=/etc' (" + FILE + ":7)",
                        "without its setting 'Overlay=/a:/b:/c' (" + FILE + ":8)")
                .hasSize(ALWAYS.length + 8);
    }

    @Test
    void whatCannotBeCopiedSafelyIsRefused() {
        refused(STANDARD + " --image=/srv/web.raw", OWNER, "starts it from an image", "");
        refused(STANDARD + " -D /srv/web", OWNER, "starts it from '/srv/web', not from", "");
        refused("systemd-nspawn --boot", OWNER, "it is privileged", "");
        refused(STANDARD, OWNER, "it is privileged", "PrivateUsers=no");
        refused(STANDARD, OWNER, "are those of the host", "PrivateUsers=identity");
        refused(STANDARD, -1, "which is known while it runs only; start it first", "");
        refused(STANDARD, 0, "it runs with the user ids of the host", "");
        refused(STANDARD, OWNER, "refuses its settings", "AmbientCapability=CAP_KILL");
    }

    private static void refused(String start, int owner, String why, String line) {
        assertThatThrownBy(() -> texts(start, owner, line))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    /// What counts is the file's where it says anything of the network and wins, all of the
    /// options' else.
    @Test
    void aCopyHasDevicesOfItsOwnInTheMachinesNetwork() throws IOException {
        String options = STANDARD + " --network-zone=one -n";
        NspawnCopyTexts ofFile =
                texts(
                        options,
                        OWNER,
                        true,
                        "[Network]",
                        "VirtualEthernet=no",
                        "MACVLAN=eth0 eth1:mv",
                        "Port=tcp:80:8080");
        assertThat(devices(ofFile))
                .containsExactly("--network-macvlan=eth0", "--network-macvlan=eth1:mv");
        assertThat(ofFile.differences())
                .startsWith(
                        CopyTexts.OTHER_ADDRESSES,
                        "without the port of the host that leads to it: 'Port=tcp:80:8080' ("
                                + FILE
                                + ":6)");
        assertThat(devices(texts(options, OWNER, true)))
                .containsExactly("--network-zone=one", "--network-veth");
        String weak = "systemd-nspawn -U -M %i --network-bridge=br0";
        assertThat(devices(texts(weak, OWNER, true, "[Network]", "Zone=two")))
                .containsExactly("--network-bridge=br0");
        NspawnCopyTexts alone = texts(STANDARD, OWNER, true, "[Network]", "Private=yes");
        assertThat(devices(alone)).isEmpty();
        assertThat(alone.differences())
                .startsWith("no network but a loopback device, as it has itself");
    }

    private static List<String> devices(NspawnCopyTexts texts) throws IOException {
        return line(texts).stream().filter(word -> word.startsWith("--network-")).toList();
    }

    @Test
    void aNetworkThatNoCopyCanHaveBesideItIsRefused() {
        noNetwork(STANDARD, "it has no network of its own", "");
        noNetwork(STANDARD + " -n", "it has no network of its own", "Private=no");
        noNetwork(STANDARD, "'Interface=eth0' (" + FILE + ":4), which no copy", "Interface=eth0");
        noNetwork(
                STANDARD, "VirtualEthernetExtra=a:b' (" + FILE + ":4)", "VirtualEthernetExtra=a:b");
        noNetwork(STANDARD + " --network-namespace-path=/run/netns/a", "no network of its own", "");
        noNetwork(STANDARD + " --network-interface=eth0", "eth0' (" + UNIT + ":2)", "");
        noNetwork(STANDARD, "which is not understood", "Bridge=%i");
    }

    private static void noNetwork(String start, String why, String line) {
        assertThatThrownBy(() -> texts(start, OWNER, true, "[Network]", line))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("--network: ")
                .hasMessageContaining(why)
                .hasMessageEndingWith("; leave out --network");
    }

    @Test
    void whatOthersThanRootCanWriteToIsRefused() throws IOException {
        Path root = Files.createDirectories(temp.resolve("machines/web"));
        Path file = Files.createFile(temp.resolve("web.nspawn"));
        assumeTrue(Files.getAttribute(file, "unix:uid").equals(0), "only root's files are root's");
        String path = file.toString();
        ContainerId web = RuntimeKind.NSPAWN.container("web", path);
        ConfigurationText text = new ConfigurationText(path, Map.of(path, ""), Map.of(), 0);
        CopyWishes wishes = new CopyWishes(temp.resolve("state"), false, false);
        for (Path place : List.of(file, temp, Objects.requireNonNull(root.getParent()))) {
            Set<PosixFilePermission> before = Files.getPosixFilePermissions(place);
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThatThrownBy(
                            () -> NspawnCopies.of(web, text, LAST, root, new NothingRuns(), wishes))
                    .hasMessageStartingWith("'" + place + "' can be written to by everybody");
            Files.setPosixFilePermissions(place, before);
        }
    }

    private static final class NothingRuns implements MachineControl {
        @Override
        public boolean ended(ContainerId machine, Duration patience) {
            return true;
        }

        @Override
        public int rootUser(ContainerId machine) {
            return -1;
        }

        @Override
        public String log(String unit) {
            return "";
        }
    }
}
