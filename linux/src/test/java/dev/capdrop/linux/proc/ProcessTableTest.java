package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProcessTableTest {
    private static final RunningContainer WEB =
            new RunningContainer(
                    new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc"), 100, 50, 0);

    @TempDir Path proc;

    private void process(int pid, int parent, String pids, String name, String cgroup, int space)
            throws IOException {
        Path directory = Files.createDirectories(proc.resolve(pid + "/ns"));
        Files.writeString(
                directory.resolve("../status"),
                "Name:\t"
                        + name
                        + "\nState:\tS (sleeping)\nPPid:\t"
                        + parent
                        + "\nUid:\t7\t100000\t7\t7\nNSpid:\t"
                        + pids
                        + "\nVmSize:\t1 kB\n"
                        + "CapInh:\t0\nCapPrm:\t3\nCapEff:\t1\nCapBnd:\tff\nCapAmb:\t0\nNoNewPrivs:\t0\n");
        Files.writeString(directory.resolve("../cgroup"), "0::" + cgroup + "\n");
        Files.createSymbolicLink(directory.resolve("pid"), Path.of("pid:[" + space + "]"));
        Files.createSymbolicLink(directory.resolve("user"), Path.of("user:[" + space + "]"));
    }

    private List<HostProcess> read() throws IOException {
        return ProcessTable.read(proc, List.of(WEB));
    }

    @Test
    void aProcessIsPutDownToItsContainerAndUnit() throws IOException {
        process(1, 0, "1", "systemd", "/init.scope", 1);
        process(9, 1, "9", "sshd", "/system.slice/ssh.service", 1);
        process(100, 50, "100\t1", "systemd", "/lxc.payload.web/init.scope", 2);
        process(110, 100, "110\t7", "sshd", "/lxc.payload.web/system.slice/ssh.service", 2);
        process(111, 110, "111\t8\t1", "sh", "/lxc.payload.web/user.slice/x", 3);
        process(112, 9, "112\t9", "bash", "/lxc.payload.web", 2);
        assertThat(read())
                .extracting(p -> p.pid() + " " + name(p) + " " + p.unit())
                .containsExactly(
                        "1 host init.scope",
                        "9 host ssh.service",
                        "100 web init.scope",
                        "110 web ssh.service",
                        "111 web ",
                        "112 web ");
        assertThat(read().getFirst().uid()).isEqualTo(100_000);
        assertThat(read().getFirst().status().capabilities().permitted().formatHex()).endsWith("3");
    }

    @Test
    void whatIsHeldBeyondPid1IsToldButNotOfAUserNamespaceOfItsOwn() throws IOException {
        process(100, 50, "100\t1", "systemd", "/lxc.payload.web/init.scope", 2);
        process(110, 100, "110\t7", "old", "/lxc.payload.web/system.slice/old.service", 2);
        process(111, 100, "111\t8", "new", "/lxc.payload.web/system.slice/new.service", 2);
        process(112, 100, "112\t9\t1", "nested", "/lxc.payload.web/system.slice/n.service", 3);
        for (int dropped : List.of(100, 111)) {
            Path status = proc.resolve(dropped + "/status");
            Files.writeString(
                    status, Files.readString(status).replace("CapBnd:\tff", "CapBnd:\tef"));
        }
        assertThat(read())
                .extracting(p -> p.command() + " " + p.beyond().formatHex().substring(14))
                .containsExactly("systemd 00", "old 10", "new 00", "nested 00");
    }

    @Test
    void aControlGroupsNameAloneMakesNoContainer() throws IOException {
        process(100, 50, "100\t1", "systemd", "/lxc.payload.web/init.scope", 2);
        process(200, 1, "200", "x", "/lxc.payload.web/system.slice/ssh.service", 1);
        HostProcess stranger = read().getLast();
        assertThat(stranger.container()).isNull();
    }

    @Test
    void aNameCannotForgeAnotherField() throws IOException {
        process(5, 1, "5", "a\rCapPrm:\tff", "/", 1);
        process(6, 1, "6", "a\\nCapPrm:\tff\\\\", "/", 1);
        assertThat(read())
                .extracting(p -> p.status().capabilities().permitted().formatHex())
                .containsOnly("0000000000000003");
        assertThat(read())
                .extracting(HostProcess::command)
                .containsExactly("a\rCapPrm:\tff", "a\nCapPrm:\tff\\");
    }

    @Test
    void kernelThreadsAndWhatHasEndedAreLeftOut() throws IOException {
        process(2, 0, "2", "kthreadd", "/", 1);
        Path status = proc.resolve("2/status");
        Files.writeString(
                status, Files.readString(status).replace("VmSize:\t1 kB\n", "Kthread:\t1\n"));
        process(3, 2, "3", "rcu", "/", 1);
        Path old = proc.resolve("3/status");
        Files.writeString(old, Files.readString(old).replace("VmSize:\t1 kB\n", ""));
        Files.createDirectories(proc.resolve("4"));
        Files.createDirectories(proc.resolve("5x"));
        assertThat(read()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/system.slice/ssh.service,'',ssh.service",
        "/system.slice/system-getty.slice/getty@tty1.service,'',getty@tty1.service",
        "/user.slice/user-0.slice/user@0.service/app.slice/x.service,'',user@0.service",
        "/user.slice/user-0.slice/session-3.scope,'',session-3.scope",
        "/system.slice/_cgroup.service,'',cgroup.service",
        "/lxc/101/ns/system.slice/a.service/sub,/lxc/101/ns/init.scope,a.service",
        "/lxc/101/ns,/lxc/101/ns/init.scope,''",
        "/lxc/1010/ns/a.service,/lxc/101/ns/init.scope,''",
        "/lxc.monitor.web,'',''",
        "/,'',''"
    })
    void theUnitIsTheFirstBelowTheSlices(String path, String init, String unit) {
        String first = init.isEmpty() ? "" : "0::" + init + "\n";
        assertThat(UnitCgroup.unit("5:cpu:/x\n0::" + path + "\n", first)).isEqualTo(unit);
        String other = unit.isEmpty() ? "/" : "/b.service";
        assertThat(UnitCgroup.unit("9:name=systemd:" + path + "\n0::" + other + "\n", named(init)))
                .isEqualTo(unit);
    }

    /// Debian 11 in plain LXC on a host with both versions of cgroups.
    @Test
    void theUnifiedHierarchyCountsWhereSystemdsOwnHasNoUnits() {
        String container = "9:name=systemd:/lxc.payload.web\n0::/lxc.payload.web";
        assertThat(
                        UnitCgroup.unit(
                                container + "/system.slice/dbus.service\n",
                                container + "/init.scope\n"))
                .isEqualTo("dbus.service");
    }

    private static String named(String init) {
        return init.isEmpty() ? "" : "9:name=systemd:" + init + "\n0::/\n";
    }

    private static String name(HostProcess process) {
        return process.container() == null
                ? "host"
                : Objects.requireNonNull(process.container()).name();
    }
}
