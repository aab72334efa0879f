package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup.Payload;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class RunningContainersTest {
    @TempDir Path proc;
    @TempDir Path machined;

    @BeforeEach
    void aHostWithTwoMonitors() throws IOException {
        Files.createDirectories(proc.resolve("net"));
        Files.writeString(
                proc.resolve("net/unix"),
                """
                Num       RefCount Protocol Flags    Type St Inode Path
                000: 00000002 00000000 00010000 0001 01 700 @/var/lib/lxc/web/command
                000: 00000002 00000000 00010000 0001 01 701 /run/other
                000: 00000002 00000000 00010000 0001 01 702
                000: 00000002 00000000 00010000 0001 01 703 @/srv/a b/web/command
                """);
        process(50, 1, "50", "/lxc.monitor.web", "[lxc monitor] /var/lib/lxc web");
        Files.createSymbolicLink(proc.resolve("50/fd/3"), Path.of("socket:[700]"));
        process(60, 1, "60", "/lxc.monitor.web-1", "lxc-start\0-F\0-n\0web");
        Files.createSymbolicLink(proc.resolve("60/fd/9"), Path.of("socket:[703]"));
    }

    private int owner;
    private int uid;

    private RunningContainers containers() {
        return new RunningContainers(proc, machined.resolve("machines"), folder -> owner);
    }

    private void process(int pid, int parent, String pids, String cgroup, String commandLine)
            throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.createDirectories(directory.resolve("fd"));
        Files.writeString(
                directory.resolve("status"),
                "Name:\tx\nState:\tS (sleeping)\nPPid:\t"
                        + parent
                        + "\nUid:\t0\t"
                        + uid
                        + "\t0\t0\nNSpid:\t"
                        + pids
                        + "\nCapBnd:\t000001ffffffffff\n");
        Files.writeString(
                directory.resolve("cgroup"), "9:name=systemd:" + cgroup + "\n0::" + cgroup + "\n");
        Files.writeString(directory.resolve("cmdline"), commandLine + "\0");
    }

    @Test
    void nameAndPathComeFromTheMonitorsSocket() throws IOException {
        process(100, 50, "100\t1", "/lxc.payload.web/init.scope", "/sbin/init");
        assertThat(containers().now())
                .containsExactly(
                        new RunningContainer(
                                new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc"),
                                100,
                                50,
                                0));
    }

    /// Its descriptors may be closed to root, and must keep nobody from being found.
    @Test
    void theHostsInitIsNobodysMonitor() throws IOException {
        process(1, 0, "1", "/init.scope", "[lxc monitor] /var/lib/lxc web");
        Files.createSymbolicLink(proc.resolve("1/fd/3"), Path.of("socket:[700]"));
        process(100, 1, "100\t1", "/lxc.payload.web/init.scope", "/sbin/init");
        assertThat(containers().now()).isEmpty();
    }

    @Test
    void theSecondOfANameHasASuffixInItsCgroupOnly() throws IOException {
        process(100, 60, "100\t1", "/lxc.payload.web-1", "/sbin/init");
        assertThat(containers().now())
                .containsExactly(
                        new RunningContainer(
                                new ContainerId(RuntimeKind.LXC, "web", "/srv/a b"), 100, 60, 0));
    }

    @Test
    void theTitleServesWhereTheSocketIsNotNamed() throws IOException {
        process(70, 1, "70", "/lxc.monitor.db", "[lxc monitor] /srv/with blank db");
        process(100, 70, "100\t1", "/lxc.payload.db", "/sbin/init");
        assertThat(containers().now())
                .containsExactly(
                        new RunningContainer(
                                new ContainerId(RuntimeKind.LXC, "db", "/srv/with blank"),
                                100,
                                70,
                                0));
    }

    @Test
    void aCgroupConfiguredByHandHasNoSayInIt() throws IOException {
        process(100, 50, "100\t1", "/machine.slice/mine", "/sbin/init");
        assertThat(containers().now()).hasSize(1);
    }

    @Test
    void anotherUsersMonitorMustOwnTheFolderThatItNames() throws IOException {
        uid = 1000;
        monitorOfAUser();
        process(100, 70, "100\t1", "/user.slice/lxc.payload.mine", "/sbin/init");
        owner = 0;
        assertThat(containers().now()).isEmpty();
        owner = 1000;
        assertThat(containers().now()).extracting(RunningContainer::user).containsExactly(1000);
    }

    /// It listens, as each does.
    private void monitorOfAUser() throws IOException {
        process(70, 1, "70", "/user.slice/x", "");
        Files.writeString(
                proc.resolve("net/unix"),
                "000: 00000002 00000000 00010000 0001 01 704 @/home/u/lxc/mine/command\n",
                StandardOpenOption.APPEND);
        Files.createSymbolicLink(proc.resolve("70/fd/3"), Path.of("socket:[704]"));
    }

    /// A FIFO stands for memory that a program of its user serves, and never does.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nobodyWaitsForTheCommandLineOfAnotherUser() throws Exception {
        uid = 1000;
        owner = 1000;
        process(80, 1, "80", "/user.slice/x", "");
        process(101, 80, "101\t1", "/user.slice/lxc.payload.silent", "/sbin/init");
        Path memory = proc.resolve("80/cmdline");
        Files.delete(memory);
        assertThat(new ProcessBuilder("mkfifo", memory.toString()).start().waitFor()).isZero();
        monitorOfAUser();
        process(100, 70, "100\t1", "/user.slice/lxc.payload.mine", "/sbin/init");
        assertThat(containers().now()).extracting(c -> c.id().name()).containsExactly("mine");
    }

    @Test
    void aProxmoxCgroupCountsToo() throws IOException {
        process(70, 1, "70", "/lxc.monitor/101", "[lxc monitor] /var/lib/lxc 101");
        process(100, 70, "100\t1", "/lxc/101/ns/init.scope", "/sbin/init");
        assertThat(containers().now()).extracting(c -> c.id().name()).containsExactly("101");
    }

    @Test
    void onlyTheLeftmostCgroupNames() throws IOException {
        process(100, 50, "100\t1", "/lxc.payload.web/lxc.payload.db", "/sbin/init");
        assertThat(containers().now()).extracting(c -> c.id().name()).containsExactly("web");
    }

    @Test
    void aCgroupThatIsNotTheMonitorsContainerIsNotBelieved() throws IOException {
        process(100, 50, "100\t1", "/lxc.payload.db", "/sbin/init");
        process(101, 50, "101\t1", "/lxc.payload.web-x", "/sbin/init");
        assertThat(containers().now()).isEmpty();
    }

    @Test
    void otherProcessesOfAContainerAndContainersInsideAreNotInits() throws IOException {
        process(101, 100, "101\t7", "/lxc.payload.web/system.slice", "sh");
        process(102, 50, "102\t9\t1", "/lxc.payload.web/lxc.payload.inner", "/sbin/init");
        process(103, 50, "103", "/", "sh");
        process(104, 103, "104\t1", "/user.slice", "unshare");
        assertThat(containers().now()).isEmpty();
    }

    private void nspawn(int pid, String cgroup, String commandLine) throws IOException {
        process(pid, 1, Integer.toString(pid), cgroup, commandLine);
        Files.createSymbolicLink(
                proc.resolve(pid + "/exe"), Path.of("/usr/bin/systemd-nspawn (deleted)"));
        String payload = cgroup.replace("supervisor", "payload") + "/init.scope";
        process(pid + 1, pid, (pid + 1) + "\t1", payload, "/usr/lib/systemd/systemd");
    }

    @Test
    void aMachineIsCalledAsItsSystemdNspawnWasTold() throws IOException {
        nspawn(
                70,
                "/machine.slice/systemd-nspawn@web.service/supervisor",
                "systemd-nspawn\0--boot\0-U\0--machine=web");
        nspawn(80, "/mine/supervisor", "systemd-nspawn\0-bD\0/srv/machines/db/");
        assertThat(containers().now())
                .containsExactlyInAnyOrder(
                        new RunningContainer(
                                RuntimeKind.NSPAWN.container(
                                        "web", "/etc/systemd/nspawn/web.nspawn"),
                                71,
                                70,
                                0),
                        new RunningContainer(
                                RuntimeKind.NSPAWN.container("db", "/proc/80/cmdline"), 81, 80, 0));
    }

    @Test
    void onlyRootsSystemdNspawnIsBelieved() throws IOException {
        uid = 1000;
        owner = 1000;
        nspawn(70, "/user.slice/supervisor", "systemd-nspawn\0--machine=web");
        assertThat(containers().now()).isEmpty();
    }

    @Test
    void aMachineWhoseNameOnlySystemdNspawnKnowsIsNotListed() throws IOException {
        nspawn(70, "/mine/supervisor", "systemd-nspawn\0--boot");
        nspawn(80, "/mine/supervisor", "systemd-nspawn\0-M\0a/../b");
        assertThat(containers().now()).isEmpty();
    }

    @Test
    void whatMachinedKnowsIsCalledSo() throws IOException {
        Path registered = Files.createDirectories(machined.resolve("machines"));
        Files.writeString(registered.resolve("web-1f"), "NAME=web-1f\nLEADER=81\n");
        Files.writeString(registered.resolve("other"), "NAME=other\nLEADER=810\n");
        Files.createSymbolicLink(registered.resolve("a"), registered.resolve("b71"));
        Files.writeString(registered.resolve("b71"), "LEADER=71\n");
        nspawn(70, "/mine/supervisor", "systemd-nspawn\0--boot");
        nspawn(80, "/mine/supervisor", "systemd-nspawn\0-xbD\0/srv/machines/web");
        nspawn(90, "/mine/supervisor", "systemd-nspawn\0-xb\0--directory=/srv/machines/web");
        assertThat(containers().now())
                .extracting(c -> c.id().name())
                .containsExactlyInAnyOrder("b71", "web-1f");
    }

    @Test
    void whatSystemdNspawnPutsItsMachineIntoIsTheHosts() {
        assertThat(Payload.directory("/machine.slice/systemd-nspawn@web.service/payload/x/payload"))
                .isEqualTo("/machine.slice/systemd-nspawn@web.service/payload");
    }

    /// What is listed and is no link any more stands for one that closed between the two looks.
    @Test
    void aDescriptorThatAMonitorClosesMeanwhileHidesNoContainer() throws IOException {
        process(100, 50, "100\t1", "/lxc.payload.web", "/sbin/init");
        nspawn(
                70,
                "/machine.slice/systemd-nspawn@db.service/supervisor",
                "systemd-nspawn\0--machine=db");
        for (String monitor : List.of("50", "70")) {
            for (int descriptor = 10; descriptor < 30; descriptor++) {
                Files.writeString(proc.resolve(monitor + "/fd/" + descriptor), "");
            }
        }
        assertThat(containers().now())
                .extracting(c -> c.id().name())
                .containsExactlyInAnyOrder("web", "db");
    }

    @Test
    void aProcessThatEndsMeanwhileIsNoHarm() throws IOException {
        Files.createDirectories(proc.resolve("999"));
        Files.writeString(proc.resolve("10xyz"), "");
        process(100, 50, "100\t1", "/lxc.payload.web", "/sbin/init");
        assertThat(containers().now()).hasSize(1);
    }

    private static final ContainerId WEB = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");

    private void remove(int pid) throws IOException {
        Files.delete(proc.resolve(pid + "/status"));
    }

    @Test
    void whoIsStillTheInitIsFoundWithoutAnotherPass() throws IOException {
        process(100, 50, "100\t1", "/lxc.payload.web", "/sbin/init");
        RunningContainers containers = containers();
        RunningContainer web = new RunningContainer(WEB, 100, 50, 0);
        assertThat(containers.seen()).containsExactly(web);
        assertThat(containers.seen(WEB)).isEqualTo(web);
        assertThat(containers.now(WEB)).isEqualTo(web);
        assertThat(containers.now(WEB)).isEqualTo(web);
        assertThat(containers.passes()).isOne();
        assertThat(containers.now()).containsExactly(web);
        assertThat(containers.passes()).isEqualTo(2);
    }

    @Test
    void whatHasRestartedIsFoundByAnotherPass() throws IOException {
        process(100, 50, "100\t1", "/lxc.payload.web", "/sbin/init");
        RunningContainers containers = containers();
        assertThat(containers.seen(WEB)).isEqualTo(new RunningContainer(WEB, 100, 50, 0));
        remove(100);
        process(200, 50, "200\t1", "/lxc.payload.web", "/sbin/init");
        assertThat(containers.now(WEB)).isEqualTo(new RunningContainer(WEB, 200, 50, 0));
        remove(200);
        assertThat(containers.now(WEB)).isNull();
        assertThat(containers.now(WEB)).isNull();
        assertThat(containers.passes()).isEqualTo(4);
    }

    /// Of the monitor only the number is the same.
    @Test
    void aNumberThatAnotherContainerHasTakenIsNotGivenAway() throws IOException {
        process(100, 50, "100\t1", "/mine", "/sbin/init");
        RunningContainers containers = containers();
        assertThat(containers.seen(WEB)).isEqualTo(new RunningContainer(WEB, 100, 50, 0));
        Files.delete(proc.resolve("50/fd/3"));
        Files.createSymbolicLink(proc.resolve("50/fd/3"), Path.of("socket:[703]"));
        assertThat(containers.now(WEB)).isNull();
        assertThat(containers.now(new ContainerId(RuntimeKind.LXC, "web", "/srv/a b")))
                .isEqualTo(
                        new RunningContainer(
                                new ContainerId(RuntimeKind.LXC, "web", "/srv/a b"), 100, 50, 0));
    }
}
