package dev.capdrop.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.linux.machine.LiveMachine.InitFacts;
import dev.capdrop.linux.machine.LiveMachine.KernelFacts;
import dev.capdrop.linux.proc.ProcDir;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.root.SafeRoot.HostMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The machine of a process that every test has: the test's own.
final class LiveMachineTest {
    private final ProcDir process = open();
    private SafeRoot root;
    private LiveMachine machine;
    private Path tree;

    private static ProcDir open() {
        try {
            return ProcDir.open((int) ProcessHandle.current().pid());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void lookFromOutside() throws IOException {
        root =
                SafeRoot.ofProcess(
                        process.descriptor(),
                        process.read("mountinfo"),
                        new HostMounts(false, List.of()));
        machine =
                new LiveMachine(
                        new InitFacts(
                                CapabilitySet.EMPTY,
                                true,
                                List.of("/sbin/init"),
                                "257.8",
                                "lxc",
                                KernelFacts.allowedCpus(process.read("status")),
                                false),
                        root);
        // Not below /tmp, which does not outlive a boot, nor in the clone, which may stand there.
        tree = Files.createTempDirectory(Path.of("/var/tmp"), "live");
    }

    @AfterEach
    void close() throws IOException {
        root.close();
        process.close();
        try (var files = Files.walk(tree)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Condition.Result test(String type, String parameter) {
        return Conditions.test(new Condition(type, false, false, parameter), machine);
    }

    @Test
    void whatTheKernelServesIsLookedAtAcrossMounts() {
        assertThat(test("PathIsMountPoint", "/proc")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathIsMountPoint", "/proc/sys")).isNotEqualTo(Condition.Result.UNDECIDED);
        assertThat(test("PathExists", "/proc/sys/kernel/osrelease"))
                .isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExists", "/proc/no-such")).isEqualTo(Condition.Result.FAILED);
        assertThat(test("PathIsReadWrite", tree.toString())).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathIsEncrypted", "/proc")).isEqualTo(Condition.Result.FAILED);
        assertThat(test("Security", "selinux")).isNotEqualTo(Condition.Result.UNDECIDED);
    }

    @Test
    void selfIsTheContainersInit() {
        for (String name : List.of("self", "thread-self")) {
            assertThat(test("PathExists", "/proc/" + name + "/status"))
                    .isEqualTo(test("PathExists", "/proc/1/status"));
            assertThat(test("PathIsDirectory", "/proc/" + name))
                    .isEqualTo(Condition.Result.SUCCEEDED);
        }
        assertThat(test("PathExists", "/proc/net/unix"))
                .isEqualTo(test("PathExists", "/proc/1/net/unix"));
    }

    @Test
    void whatCannotOutliveARestartIsUndecided() throws IOException {
        Path link = Files.createSymbolicLink(tree.resolve("link"), Path.of("/dev/null"));
        for (String path : List.of("/run/x", "/dev/null", "/tmp/x", "//run/x", link.toString())) {
            assertThat(test("PathExists", path)).as(path).isEqualTo(Condition.Result.UNDECIDED);
        }
    }

    @Test
    void aPatternIsLookedFor() throws IOException {
        Files.createFile(Files.createDirectories(tree.resolve("one.d")).resolve("x.conf"));
        assertThat(test("PathExistsGlob", tree + "/*.d/*.conf"))
                .isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExistsGlob", tree + "/*.d/*.list")).isEqualTo(Condition.Result.FAILED);
        assertThat(test("PathExistsGlob", "/proc/sys/kernel/os*"))
                .isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExistsGlob", "/run/*")).isEqualTo(Condition.Result.UNDECIDED);
    }

    @Test
    void symlinksAreFollowedAsFarAsTheyLead() throws IOException {
        Files.createSymbolicLink(tree.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(tree.resolve("up"), Path.of("../../../../../../../../../proc"));
        assertThat(test("PathExists", tree + "/loop")).isEqualTo(Condition.Result.FAILED);
        assertThat(test("PathIsReadWrite", tree + "/loop")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathExists", tree + "/up/sys/kernel"))
                .isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathIsMountPoint", tree + "/up")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathIsSymbolicLink", tree + "/up")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("PathIsReadWrite", tree + "/up/sys/kernel/osrelease/x"))
                .isEqualTo(Condition.Result.SUCCEEDED);
    }

    @Test
    void factsOfTheKernelAreTheHosts() {
        assertThat(test("KernelVersion", System.getProperty("os.version")))
                .isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(machine.architecture()).isNotNull();
        assertThat(test("Architecture", "native")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("CPUs", ">=1")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("Memory", ">=1M")).isEqualTo(Condition.Result.SUCCEEDED);
        assertThat(test("Memory", ">=1024T")).isEqualTo(Condition.Result.FAILED);
    }
}
