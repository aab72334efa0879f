package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.lab.StandInNode.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `trial` of containers of Proxmox VE, by clones that a stand-in for its pct makes: real
/// containers, of which nothing is left.
@NeedsContainers
class ProxmoxTrialTest {
    private static final String PROPERTIES =
            "arch: amd64\nhostname: tried\nnet0: name=eth0,hwaddr=BC:24:11:00:00:01,ip=dhcp\nostype: debian\nrootfs: local:subvol-tried-disk-0,size=8G\nunprivileged: 1\n";

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private StandInNode node;
    private Tool tool;

    @BeforeEach
    void open() throws IOException {
        node = StandInNode.in(bench, temp);
        tool = node.tool(temp.resolve("state"));
    }

    private Guest guest() throws IOException {
        Guest guest = node.make(Suite.TRIXIE, PROPERTIES);
        LabContainer container = guest.container();
        container.writeService("owner.service", List.of("DefaultDependencies=no"), TrialRun.OWNER);
        SmallBoot.of(container, "owner.service");
        return guest;
    }

    @Test
    void theSetFoundIsMinimalAndNoCloneIsLeft() throws IOException {
        node.linksClones(true);
        try (Guest guest = guest()) {
            Command.Result tried =
                    tool.run(
                            TrialRun.line(
                                    guest.vmid(),
                                    "chown,net_admin,mknod,sys_rawio",
                                    "1s",
                                    "--probe",
                                    "ip link set lo up && test $(ls /sys/class/net) = lo"));
            assertThat(tried.exit()).as(tried.toString()).isZero();
            assertThat(TrialRun.kept(tried)).containsExactly("chown", "net_admin");
            assertThat(oneLine(tried.out()))
                    .contains(TrialRun.OWNER_KEPT)
                    .contains("copies: no network but a loopback device");
            assertThat(guest.conf()).isEqualTo(PROPERTIES);
            assertThat(guest.container().running()).isFalse();
            assertNothingIsLeftBut(guest);
        }
    }

    /// On folders nothing is linked, and a template of one would break what is cloned of it and
    /// stay.
    @Test
    void ofAProtectedContainerInAFolderTheCopiesAreWholeAndNoneIsLeft() throws IOException {
        try (Guest guest = guest()) {
            String conf =
                    PROPERTIES
                            .replace("ostype", "onboot: 1\nostype")
                            .replace("rootfs", "protection: 1\nrootfs");
            guest.setConf(conf);
            Command.Result tried =
                    tool.run(
                            TrialRun.line(
                                    guest.vmid(),
                                    "mknod",
                                    "1s",
                                    "--probe",
                                    "test $(stat -c %a /) = 755"));
            assertThat(tried.exit()).as(tried.toString()).isZero();
            assertThat(TrialRun.kept(tried)).isEmpty();
            assertThat(guest.conf()).isEqualTo(conf);
            assertNothingIsLeftBut(guest);
        }
    }

    /// Whoever ends it has the clone that is being made removed, too, and what a killed one has
    /// left the next removes.
    @Test
    void ofARunningContainerASnapshotIsClonedAndWhatIsInterruptedLeavesNothing() throws Exception {
        try (Guest guest = guest()) {
            String[] trial = TrialRun.line(guest.vmid(), "mknod", "1s", "--snapshot", "good");
            String conf = PROPERTIES + "\n[good]\n" + PROPERTIES;
            guest.setConf(conf);
            guest.boot();
            long init = guest.container().initPid();
            Command.Result refused =
                    tool.run("trial", guest.vmid(), "--goal", "none", "--drop", "mknod");
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(2);
            assertThat(oneLine(refused.err()))
                    .contains(
                            "it runs, and Proxmox VE clones a container that runs from a snapshot")
                    .contains("'pct snapshot " + guest.vmid() + " NAME'");

            node.isSlow(true);
            int ended = endedAtClone(1, "TERM", guest, trial);
            assertThat(ended).isNotZero();
            assertThat(guest.conf()).isEqualTo(conf);
            assertNothingIsLeftBut(guest);

            node.isSlow(false);
            node.linksClones(true);
            assertThat(endedAtClone(2, "KILL", guest, trial)).isEqualTo(137);
            List<String> left = clones(guest);
            assertThat(left).isNotEmpty();
            assertThat(tool.run("check", "--all").out()).doesNotContain(left);
            Command.Result tried = tool.run(trial);
            assertThat(tried.exit()).as(tried.toString()).isZero();
            assertThat(TrialRun.kept(tried)).isEmpty();
            assertThat(guest.conf()).isEqualTo(conf);
            assertThat(guest.container().initPid()).isEqualTo(init);
            assertNothingIsLeftBut(guest);
        }
    }

    /// Runs it, and sends the signal as soon as there are so many clones.
    ///
    /// @return the exit status
    private int endedAtClone(int number, String signal, Guest guest, String... trial)
            throws Exception {
        Path said = temp.resolve(signal);
        ProcessBuilder builder =
                new ProcessBuilder(tool.command(trial).line())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        builder.environment().put("PATH", tool.path());
        Process process = builder.start();
        try {
            while (clones(guest).size() < number) {
                assertThat(process.isAlive()).as(Files.readString(said)).isTrue();
                Thread.sleep(50);
            }
            Command.of("kill", "-" + signal, Long.toString(process.pid())).runOrFail();
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    private List<String> clones(Guest guest) throws IOException {
        try (Stream<Path> all = Files.list(node.pveDir().resolve("lxc/"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".conf"))
                    .map(name -> name.replace(".conf", ""))
                    .filter(name -> !name.equals(guest.vmid()))
                    .toList();
        }
    }

    private void assertNothingIsLeftBut(Guest guest) throws IOException {
        assertThat(clones(guest)).isEmpty();
        try (Stream<Path> folders = Files.list(bench.lxcPath())) {
            assertThat(folders.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.matches("9[0-9]{8}"));
        }
        Path trials = temp.resolve("state/trials");
        try (Stream<Path> all = Files.walk(trials, 2)) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("pve."));
        }
    }

    private static String oneLine(String wrapped) {
        return wrapped.strip().replaceAll("\\s+", " ");
    }
}
