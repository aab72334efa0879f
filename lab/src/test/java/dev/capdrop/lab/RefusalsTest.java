package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What must not be changed on a Proxmox VE node is refused in one sentence, and stays as it is. On
/// the stand-in of pmxcfs; no container has to run for it.
@NeedsContainers
final class RefusalsTest {
    private static final String VMID = "123456101";
    private static final String CONF =
            "arch: amd64\nhostname: web\nostype: debian\nunprivileged: 1\n";

    @TempDir Path temp = Path.of("");
    private StandInPmxcfs pmxcfs;
    private Path conf;
    private Tool tool;

    @BeforeEach
    void mount() throws IOException {
        String obstacle = StandInPmxcfs.obstacle();
        assumeTrue(obstacle.isEmpty(), obstacle);
        pmxcfs = StandInPmxcfs.mountIn(temp);
        StandInNode node = StandInNode.over(Bench.shared(), temp);
        tool = node.tool(temp.resolve("state"));
        conf = node.pveDir().resolve("lxc").resolve(VMID + ".conf");
        Files.writeString(conf, CONF);
    }

    @AfterEach
    void unmount() throws IOException {
        if (pmxcfs != null) {
            pmxcfs.close();
        }
        Files.deleteIfExists(lock());
    }

    private static Path lock() {
        return Path.of("/run/lock/lxc/pve-config-" + VMID + ".lock");
    }

    private Command.Result apply() {
        return tool.run("apply", VMID, "--goal", "none", "--drop", "sys_rawio", "--yes");
    }

    private void assertRefused(Command.Result refused, int exit, String sentence) {
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(exit);
        String said =
                refused.err()
                        .replaceFirst("^capdrop: writing .*\n", "")
                        .replaceFirst(" \\([0-9]+ s on this busy machine\\)", "");
        assertThat(said).isEqualTo("capdrop: " + sentence + "\n");
    }

    @Test
    void whatPmxcfsAllowsIsDone() throws IOException {
        assertThat(apply().exit()).isZero();
        assertThat(Files.readString(conf)).isEqualTo(CONF + "lxc.cap.drop: sys_rawio\n");
        assertThat(tool.run("undo", VMID, "--yes").exit()).isZero();
        assertThat(Files.readString(conf)).isEqualTo(CONF);
        try (var files = Files.list(conf.getParent())) {
            assertThat(files.toList()).containsExactly(conf);
        }
    }

    @Test
    void withoutAQuorumNothingIsWritten() throws IOException {
        assertThat(apply().exit()).isZero();
        String applied = Files.readString(conf);
        pmxcfs.loseQuorum();
        String noQuorum =
                "the cluster has no quorum, so that '%s' is read-only: see 'pvecm status'; nothing was written"
                        .formatted(temp.resolve("pve"));
        assertRefused(
                tool.run("apply", VMID, "--goal", "none", "--drop", "sys_module", "--yes"),
                2,
                noQuorum);
        Command.Result undo = tool.run("undo", VMID, "--yes");
        assertThat(undo.exit()).isEqualTo(2);
        assertThat(undo.err()).contains(noQuorum);
        assertThat(Files.readString(conf)).isEqualTo(applied);
    }

    @Test
    void withoutPmxcfsNoContainerIsLookedFor() throws IOException {
        pmxcfs.unmount();
        for (String command : new String[] {"apply", "undo"}) {
            assertNotMounted(tool.run(command, VMID, "--yes"));
        }
        Command.Result check = tool.run("check");
        assertThat(check.exit()).as(check.toString()).isEqualTo(2);
        assertThat(check.out().replaceAll("\\s+", " "))
                .contains("the cluster file system of Proxmox VE is not mounted at")
                .doesNotContain("lxc:" + VMID);
        assertNotMounted(tool.run("apply", "--all", "--yes"));
        // what a node's own disk may hold below the mount
        Files.createDirectory(temp.resolve("pve/local"));
        assertNotMounted(tool.run("plan", VMID));
    }

    private void assertNotMounted(Command.Result refused) {
        Path pve = temp.resolve("pve");
        assertRefused(
                refused,
                2,
                "the cluster file system of Proxmox VE is not mounted at '%s' (there is no link '%s/local'): see 'systemctl status pve-cluster'"
                        .formatted(pve, pve));
    }

    @Test
    void whereAKilledPmxcfsHasLeftItsMountNothingIsTakenForPlainLxc() throws IOException {
        Path generated = Files.createDirectories(Bench.shared().lxcPath().resolve(VMID));
        Path config = generated.resolve("config");
        String text = "lxc.cgroup.dir.container = lxc/" + VMID + "\nlxc.uts.name = web\n";
        Files.writeString(config, text);
        try {
            pmxcfs.kill();
            for (String[] command : looks()) {
                assertNoAnswer(
                        tool.run(command), "does not answer (Transport endpoint is not connected)");
            }
            assertThat(Files.readString(config)).isEqualTo(text);
        } finally {
            Files.delete(config);
            Files.delete(generated);
        }
    }

    @Test
    void aPmxcfsThatNeverAnswersIsSaidToAfterTenSeconds() {
        pmxcfs.freeze();
        assertNoAnswer(tool.run("check"), "has not answered for 10 s");
    }

    private static String[][] looks() {
        return new String[][] {
            {"check"},
            {"check", VMID},
            {"apply", VMID, "--yes"},
            {"apply", "lxc:" + VMID, "--goal", "none", "--drop", "sys_rawio", "--yes"},
            {"undo", VMID, "--yes"},
            {"plan", "--all"},
            {"apply", "--host", "--goal", "none", "--drop", "sys_rawio", "--yes"},
            {"status"},
            {"ps"},
            {"config", VMID}
        };
    }

    private void assertNoAnswer(Command.Result refused, String how) {
        assertRefused(
                refused,
                2,
                "the cluster file system of Proxmox VE at '%s' %s: see 'systemctl status pve-cluster', and run 'systemctl restart pve-cluster'"
                        .formatted(temp.resolve("pve"), how));
    }

    @Test
    void theStandInOfAKilledTestUnmountsItself() throws IOException {
        pmxcfs.abandon();
        assertThat(temp.resolve("pve")).isEmptyDirectory();
    }

    @Test
    void whoHoldsTheLockIsNamedAfterTenSeconds() throws IOException {
        Files.createDirectories(lock().getParent());
        Process holder = new ProcessBuilder("flock", lock().toString(), "sleep", "60").start();
        try {
            Command.Result refused = apply();
            assertThat(holder.isAlive()).as("it was not waited for until it ended").isTrue();
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(2);
            assertThat(refused.err())
                    .contains("the configuration of 'pve:" + VMID + "' has been locked for 10 s by")
                    .contains("sleep 60' (process ")
                    .endsWith("nothing was written, try again when that has ended\n");
            assertThat(Files.readString(conf)).isEqualTo(CONF);
        } finally {
            holder.descendants().forEach(ProcessHandle::destroy);
            holder.destroy();
        }
    }

    @Test
    void whatOthersChangeBetweenOurLookAndTheLockIsKeptAndOurLineIsAdded() throws Exception {
        Process other = writesLater("memory: 7");
        Command.Result applied = apply();
        assertThat(other.waitFor()).isZero();
        assertThat(applied.exit()).as(applied.toString()).isZero();
        assertThat(applied.err()).contains("somebody else has changed other lines of it");
        assertThat(Files.readString(conf)).isEqualTo(CONF + "memory: 7\nlxc.cap.drop: sys_rawio\n");
        assertThat(tool.run("undo", VMID, "--yes").exit()).isZero();
        assertThat(Files.readString(conf)).isEqualTo(CONF + "memory: 7\n");
    }

    @Test
    void aFileWhoseCapabilitiesOthersChangeUnderUsIsLeftAlone() throws Exception {
        Process other = writesLater("lxc.cap.drop: mknod");
        assertRefused(
                apply(),
                2,
                "'%s' was changed by somebody else in the meantime; nothing was written, run capdrop again"
                        .formatted(conf));
        assertThat(other.waitFor()).isZero();
        assertThat(Files.readString(conf)).isEqualTo(CONF + "lxc.cap.drop: mknod\n");
    }

    /// Holds the lock from now on, and adds a line as soon as capdrop has opened it and waits.
    private Process writesLater(String line) throws IOException {
        Files.createDirectories(lock().getParent());
        String writes =
                """
                until ls -l $(grep -lsxE 'java|capdrop' /proc/[0-9]*/comm | sed 's,comm$,fd,') 2>/dev/null | grep -qF %s
                do sleep 0.1
                done
                echo '%s' >>%s
                """
                        .formatted(lock(), line, conf);
        return new ProcessBuilder("flock", lock().toString(), "sh", "-c", writes).start();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "template: 1 | 1 | refused: it is a template, which is never started; change the containers made of it",
                "lock: migrate | 1 | refused: it is locked by Proxmox VE (migrate); wait until that has ended, or run 'pct unlock VMID' if it was interrupted",
                "lxc.cap.drop: sys_rawio, mknod | 2 | 'FILE' does not load, so it is not edited: liblxc knows no capability 'sys_rawio,', expected a name in lower case without 'cap_' or a number up to LAST (FILE:5)",
                "lxc.cap.drop: CAP_MKNOD | 2 | 'FILE' does not load, so it is not edited: liblxc knows no capability 'CAP_MKNOD', expected a name in lower case without 'cap_' or a number up to LAST; it is spelled 'mknod' here (FILE:5)",
            })
    void whatMayNotBeChangedOrDoesNotLoadIsNotEdited(String line, int exit, String sentence)
            throws IOException {
        Files.writeString(conf, CONF + line + "\n");
        String last = Command.of("cat", "/proc/sys/kernel/cap_last_cap").runOrFail().strip();
        String full =
                sentence.replace("VMID", VMID)
                        .replace("FILE", conf.toString())
                        .replace("LAST", last);
        assertRefused(apply(), exit, full);
        assertThat(Files.readString(conf)).isEqualTo(CONF + line + "\n");
    }

    @Test
    void aFileWithoutWhatProxmoxVeNeedsForAStartIsNotEdited() throws IOException {
        String bare = "hostname: web\n";
        Files.writeString(conf, bare);
        assertRefused(
                apply(),
                2,
                "'%s' does not load, so it is not edited: Proxmox VE starts no container without 'arch' (%s)"
                        .formatted(conf, conf));
        assertThat(Files.readString(conf)).isEqualTo(bare);
    }

    @Test
    void aFileThatWouldGrowBeyondPmxcfssLimitStaysAsItIs() throws IOException {
        String large = "#" + "x".repeat((1 << 20) - CONF.length() - 4) + "\n" + CONF;
        Files.writeString(conf, large);
        Command.Result refused = apply();
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(2);
        assertThat(refused.err()).contains("File too large; the file is unchanged");
        assertThat(Files.readString(conf)).isEqualTo(large);
    }
}
