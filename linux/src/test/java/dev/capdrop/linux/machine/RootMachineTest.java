package dev.capdrop.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.linux.machine.LiveMachine.InitFacts;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RootMachineTest {
    @TempDir Path tree;
    private SafeRoot root;

    @BeforeEach
    void aSystem() throws IOException {
        Files.createDirectories(tree.resolve("etc"));
        Files.createDirectories(tree.resolve("usr"));
        root = SafeRoot.of(tree);
    }

    @AfterEach
    void closeTheRoot() {
        root.close();
    }

    private RootMachine machine(String version, String... arguments) {
        return machine(CapabilitySet.EMPTY, version, arguments);
    }

    private RootMachine machine(CapabilitySet bounding, String version, String... arguments) {
        return machine(bounding, version, List.of(), arguments);
    }

    private RootMachine machine(
            CapabilitySet bounding, String version, List<String> automatic, String... arguments) {
        InitFacts init =
                new InitFacts(bounding, true, List.of(arguments), version, "lxc", 2, false);
        try {
            return RootMachine.open(init, root, List.of("/srv/data"), automatic);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Condition.Result test(String type, String parameter) {
        return Conditions.test(
                new Condition(type, false, false, parameter), machine("257.8-1~deb13u2"));
    }

    @Test
    void aMissingMachineIdMakesAFirstBoot() {
        assertThat(machine("247.3-7+deb11u8").firstBoot()).isTrue();
    }

    @Test
    void anEmptyMachineIdDoesNot() throws IOException {
        Files.writeString(tree.resolve("etc/machine-id"), "");
        assertThat(machine("257.8").firstBoot()).isFalse();
    }

    @Test
    void theWordUninitializedCountsFrom247On() throws IOException {
        Files.writeString(tree.resolve("etc/machine-id"), "uninitialized\n");
        assertThat(machine("257.8").firstBoot()).isTrue();
        assertThat(machine("247.3-7+deb11u8").firstBoot()).isTrue();
        assertThat(machine("245.4-4ubuntu3").firstBoot()).isFalse();
    }

    @Test
    void anArgumentOfInitDecidesFirst() {
        assertThat(machine("257.8", "/sbin/init", "systemd.condition-first-boot=no").firstBoot())
                .isFalse();
        assertThat(machine("257.8", "/sbin/init", "systemd.condition-first-boot").firstBoot())
                .isTrue();
        assertThat(machine("257.8", "systemd.condition-first-boot=perhaps").firstBoot()).isTrue();
    }

    @Test
    void whatCannotOutliveARestartIsUndecided() throws IOException {
        for (String path : List.of("/run/x", "/dev/sda", "/tmp/x", "//run/x", "/etc/../run/x")) {
            assertThat(test("PathExists", path)).as(path).isEqualTo(Condition.Result.UNDECIDED);
        }
        assertThat(test("PathExists", "/running")).isEqualTo(Condition.Result.FAILED);
    }

    @Test
    void hiddenAndBackupNamesLeaveADirectoryEmpty() throws IOException {
        Path directory = Files.createDirectories(tree.resolve("etc/d"));
        Files.createFile(directory.resolve(".hidden"));
        Files.createFile(directory.resolve("old~"));
        assertThat(test("DirectoryNotEmpty", "/etc/d")).isEqualTo(Condition.Result.FAILED);
        Files.createFile(directory.resolve("one"));
        assertThat(test("DirectoryNotEmpty", "/etc/d")).isEqualTo(Condition.Result.SUCCEEDED);
    }

    @Test
    void anUpdateIsDueUntilTheStampIsAsNewAsUsr() throws IOException {
        assertThat(test("NeedsUpdate", "/etc")).isEqualTo(Condition.Result.SUCCEEDED);
        Path stamp = Files.createFile(tree.resolve("etc/.updated"));
        Files.setLastModifiedTime(stamp, Files.getLastModifiedTime(tree.resolve("usr")));
        assertThat(test("NeedsUpdate", "/etc")).isEqualTo(Condition.Result.FAILED);
        Files.setLastModifiedTime(stamp, FileTime.fromMillis(1));
        assertThat(test("NeedsUpdate", "/etc")).isEqualTo(Condition.Result.SUCCEEDED);
    }

    @Test
    void anExecutableIsARegularFileWithAnyExecuteBit() throws IOException {
        Path file = Files.createFile(tree.resolve("etc/rc.local"));
        assertThat(test("FileIsExecutable", "/etc/rc.local")).isEqualTo(Condition.Result.FAILED);
        assertThat(file.toFile().setExecutable(true, true)).isTrue();
        assertThat(test("FileIsExecutable", "/etc/rc.local")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("FileIsExecutable", "/etc")).isEqualTo(Condition.Result.FAILED);
    }

    @Test
    void aSocketIsTold() throws IOException {
        Files.createFile(tree.resolve("etc/file"));
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(tree.resolve("etc/socket")));
            assertThat(test("PathIsSocket", "/etc/socket")).isEqualTo(Condition.Result.SUCCEEDED);
        }
        assertThat(test("PathIsSocket", "/etc/file")).isEqualTo(Condition.Result.FAILED);
    }

    @Test
    void aPatternIsLookedForInTheRootAlone() throws IOException {
        Files.createFile(Files.createDirectories(tree.resolve("etc/one.d")).resolve("x.conf"));
        assertThat(test("PathExistsGlob", "/etc/*.d/*.conf")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExistsGlob", "/etc/*.d/*.list")).isEqualTo(Condition.Result.FAILED);
        assertThat(test("PathExistsGlob", "/missing/*")).isEqualTo(Condition.Result.FAILED);
        assertThat(test("PathExistsGlob", "/run/*")).isEqualTo(Condition.Result.UNDECIDED);
    }

    @Test
    void aDirectoryOfTooManyNamesLeavesAPatternOpen() throws IOException {
        Path directory = Files.createDirectories(tree.resolve("etc/many"));
        for (int i = 0; i < 1100; i++) {
            Files.createFile(directory.resolve("f" + i));
        }
        assertThat(test("PathExistsGlob", "/etc/many/g*")).isEqualTo(Condition.Result.UNDECIDED);
    }

    @Test
    void theArgumentsOfInitAreTheKernelCommandLine() {
        Condition quiet = new Condition("KernelCommandLine", false, false, "quiet");
        assertThat(Conditions.test(quiet, machine("257.8", "/sbin/init", "quiet")))
                .isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(Conditions.test(quiet, machine("257.8", "/sbin/init", "quietly")))
                .isEqualTo(Condition.Result.FAILED);
    }

    @Test
    void anArgumentOfInitForcesAnUpdateOrForbidsIt() {
        Condition due = new Condition("NeedsUpdate", false, false, "/etc");
        String never = "systemd.condition-needs-update=no";
        assertThat(Conditions.test(due, machine("257.8", never)))
                .isEqualTo(Condition.Result.FAILED);
        assertThat(Conditions.test(due, machine("245.4", never)))
                .isEqualTo(Condition.Result.SUCCEEDED);
    }

    @Test
    void ofDevicesItKnowsWhatLxcMakes() {
        assertThat(test("PathExists", "/dev/console")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExists", "/dev/tty0")).isEqualTo(Condition.Result.FAILED);
    }

    @Test
    void aSymlinkIsFollowedIntoWhatTheBootMakes() throws IOException {
        Files.createDirectories(tree.resolve("run"));
        Files.createSymbolicLink(tree.resolve("etc/state"), Path.of("/run/state"));
        Files.createSymbolicLink(tree.resolve("etc/mtab"), Path.of("../proc/self/mounts"));
        Files.createSymbolicLink(tree.resolve("etc/loop"), Path.of("loop"));
        assertThat(test("PathExists", "/etc/state")).isEqualTo(Condition.Result.UNDECIDED);
        assertThat(test("PathIsSymbolicLink", "/etc/state")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExists", "/etc/mtab")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExists", "/etc/loop")).isEqualTo(Condition.Result.FAILED);
        assertThat(test("PathIsDirectory", "/run")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("DirectoryNotEmpty", "/run")).isEqualTo(Condition.Result.UNDECIDED);
    }

    @Test
    void whatIsMountedOverTheRootIsNotSeen() throws IOException {
        Files.createDirectories(tree.resolve("srv/data/old"));
        Files.createDirectories(tree.resolve("srv/disk"));
        Files.writeString(tree.resolve("etc/fstab"), "/dev/sda1 /srv/disk ext4 ro 0 0\n");
        assertThat(test("PathExists", "/srv/data")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExists", "/srv/data/old")).isEqualTo(Condition.Result.UNDECIDED);
        assertThat(test("DirectoryNotEmpty", "/srv/data")).isEqualTo(Condition.Result.UNDECIDED);
        assertThat(test("PathIsMountPoint", "/srv/data")).isEqualTo(Condition.Result.UNDECIDED);
        assertThat(test("PathIsReadWrite", "/srv/disk")).isEqualTo(Condition.Result.UNDECIDED);
        assertThat(test("PathIsReadWrite", "/srv")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathIsMountPoint", "/")).isEqualTo(Condition.Result.SUCCEEDED);
    }

    @Test
    void procSysNetIsWritableWithNetAdminOnly() {
        Condition net = new Condition("PathIsReadWrite", false, false, "/proc/sys/net");
        assertThat(Conditions.test(net, machine("257"))).isEqualTo(Condition.Result.FAILED);
        assertThat(Conditions.test(net, machine(CapabilitySet.of("net_admin"), "257")))
                .isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathIsReadWrite", "/proc/sys/kernel")).isEqualTo(Condition.Result.FAILED);
    }

    /// As Incus does for unprivileged containers, or whoever adds a line behind LXC's own.
    @ParameterizedTest
    @CsvSource({
        "proc:mixed,SUCCEEDED,SUCCEEDED,FAILED",
        "proc,SUCCEEDED,SUCCEEDED,FAILED",
        "proc:rw,SUCCEEDED,FAILED,SUCCEEDED",
    })
    void whereAllOfProcIsMountedWritableProcSysNetIsNoMount(
            String how, Condition.Result net, Condition.Result point, Condition.Result kernel) {
        List<String> automatic = List.of("cgroup:mixed proc:mixed sys:mixed", how + " sys:rw");
        RootMachine machine = machine(CapabilitySet.of("net_admin"), "257", automatic);
        assertThat(on(machine, "PathIsReadWrite", "/proc/sys/net")).isEqualTo(net);
        assertThat(on(machine, "PathIsMountPoint", "/proc/sys/net")).isEqualTo(point);
        assertThat(on(machine, "PathIsReadWrite", "/proc/sys/kernel")).isEqualTo(kernel);
        assertThat(on(machine, "PathIsReadWrite", "/sys")).isEqualTo(Condition.Result.SUCCEEDED);
    }

    private static Condition.Result on(RootMachine machine, String type, String path) {
        return Conditions.test(new Condition(type, false, false, path), machine);
    }

    @Test
    void anotherNetworkNamespacesInterfacesAreNotTheContainers() {
        for (String path :
                List.of(
                        "/sys/class/net/lo",
                        "/proc/net/dev",
                        "/proc/sys/net/ipv4/conf/eth0",
                        "/proc/4242",
                        "/sys/fs/cgroup/system.slice")) {
            assertThat(test("PathExists", path)).as(path).isEqualTo(Condition.Result.UNDECIDED);
        }
        assertThat(test("PathExists", "/sys/class/net")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExists", "/proc/self/status")).isEqualTo(Condition.Result.SUCCEEDED);
    }

    @Test
    void theHostNameIsTheFirstLineThatIsNoComment() throws IOException {
        Files.writeString(tree.resolve("etc/hostname"), "# the name\n\nweb\n");
        assertThat(test("Host", "WEB")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("Host", "db*")).isEqualTo(Condition.Result.FAILED);
    }

    @Test
    void theEnvironmentIsWhatTheManagerBeginsWith() throws IOException {
        Files.writeString(tree.resolve("etc/locale.conf"), "LANG=de_DE.UTF-8\nLC_TIME=C\n");
        Condition set = new Condition("Environment", false, false, "A=b");
        assertThat(test("Environment", "PATH")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("Environment", "LC_TIME")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("Environment", "LC_TIME=C")).isEqualTo(Condition.Result.UNDECIDED);
        assertThat(test("Environment", "container")).isEqualTo(Condition.Result.FAILED);
        assertThat(Conditions.test(set, machine("257", "systemd.setenv=A=b")))
                .isEqualTo(Condition.Result.SUCCEEDED);
        Path generators = tree.resolve("usr/lib/systemd/system-environment-generators");
        Files.createFile(Files.createDirectories(generators).resolve("x"));
        assertThat(test("Environment", "PATH")).isEqualTo(Condition.Result.UNDECIDED);
    }
}
