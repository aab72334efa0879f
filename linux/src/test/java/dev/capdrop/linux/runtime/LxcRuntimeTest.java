package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.change.Decision;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.session.HostProgram;
import dev.capdrop.linux.time.Deadline.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the host's own LXC: containers whose init is a shell script and whose /usr is the
/// host's.
final class LxcRuntimeTest {
    private static final Duration SECONDS = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final String OBEDIENT = "trap 'exit 0' PWR\n";
    private static final String STUBBORN = "trap '' PWR\n";

    @TempDir private Path temp;

    private final LxcRuntime runtime = new LxcRuntime(null, new RunningContainers());
    private ContainerId container = new ContainerId(RuntimeKind.LXC, "", "");

    @BeforeAll
    static void lxcWorksHere() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lxc-start")), "lxc is not installed");
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root may start these containers");
    }

    @BeforeEach
    void name() {
        container = new ContainerId(RuntimeKind.LXC, "lab-record-u", temp.toString());
    }

    @AfterEach
    void nothingIsLeftRunning() throws IOException {
        if (runtime.running(container)) {
            lxc("lxc-stop", "--kill");
        }
        assertThat(runtime.running(container)).isFalse();
        removeLocksOfLiblxc();
    }

    private void removeLocksOfLiblxc() throws IOException {
        Path locks = Path.of("/run/lxc/lock" + temp);
        if (Files.isDirectory(locks)) {
            try (Stream<Path> all = Files.walk(locks)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    @Test
    void whatAnotherUserRunsIsNotForRootToRestart() {
        assertThat(LxcRuntime.runByAnother(new RunningContainer(container, 5, 4, 0))).isNull();
        assertThat(LxcRuntime.runByAnother(new RunningContainer(container, 5, 4, 1000)))
                .isNotNull()
                .extracting(Decision.LeftOut::reason)
                .asString()
                .startsWith("another user of this host (uid 1000) runs it");
    }

    private HostProgram.Outcome lxc(String program, String option) throws IOException {
        return HostProgram.find(program, "lxc")
                .run(
                        List.of(
                                "--name=" + container.name(),
                                "--lxcpath=" + container.lxcPath(),
                                option),
                        SECONDS);
    }

    private void make(String trap, String... lines) throws IOException {
        Path folder = Path.of(container.lxcPath(), container.name());
        Path root = folder.resolve("rootfs");
        for (String name : List.of("proc", "dev", "usr")) {
            Files.createDirectories(root.resolve(name));
        }
        for (String name : List.of("bin", "lib", "lib64")) {
            Files.deleteIfExists(root.resolve(name));
            Files.createSymbolicLink(root.resolve(name), Path.of("usr", name));
        }
        // it forks once only: dash loses a signal that comes while it forks
        Files.writeString(root.resolve("init.sh"), "sleep 1000 &\n" + trap + ": >/ready\nwait\n");
        Files.writeString(folder.resolve("slow.sh"), "sleep 3\n");
        Files.writeString(
                folder.resolve("config"),
                config(root, String.join("\n", lines)).replace("FOLDER", folder.toString()));
    }

    /// Waits until its init answers signals; what PID 1 has no handler for is lost.
    private void start() throws Exception {
        Path ready = Path.of(container.lxcPath(), container.name(), "rootfs/ready");
        Files.deleteIfExists(ready);
        runtime.start(container, SECONDS);
        for (int i = 0; i < 6000 && !Files.exists(ready); i++) {
            Thread.sleep(10);
        }
        assertThat(ready).exists();
    }

    private static String config(Path root, String more) {
        return """
        lxc.uts.name = u
        lxc.net.0.type = empty
        lxc.rootfs.path = dir:%s
        lxc.mount.auto = proc:mixed
        lxc.mount.entry = /usr usr none bind,ro 0 0
        lxc.init.cmd = /bin/sh /init.sh
        %s
        """
                .formatted(root, more);
    }

    @Test
    void aContainerIsStartedAndShutDown() throws Exception {
        make(OBEDIENT);
        assertThat(runtime.running(container)).isFalse();
        start();
        assertThat(runtime.running(container)).isTrue();
        assertThat(lxc("lxc-info", "--state").output()).contains("RUNNING");
        runtime.stop(container, SECONDS, false);
        assertThat(runtime.running(container)).isFalse();
        assertThat(lxc("lxc-info", "--state").output()).contains("STOPPED");
        runtime.stop(container, SECONDS, false);
    }

    @Test
    void aShutdownNeverBecomesAKillUnlessForced() throws Exception {
        make(STUBBORN);
        start();
        assertThatThrownBy(() -> runtime.stop(container, SHORT, false))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(
                        "'lxc:lab-record-u' still runs \\d+ s after it was to stop; nothing was"
                                + " killed \\(--force-stop would\\).*");
        assertThat(runtime.running(container)).isTrue();
        runtime.stop(container, SHORT, true);
        assertThat(runtime.running(container)).isFalse();
    }

    /// Stopped before it becomes lxc-stop, as on a host that has not come to it.
    private Process lateStop() throws IOException {
        return new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "kill -STOP $$; exec \"$0\" \"$@\"",
                        HostProgram.find("lxc-stop", "lxc").path(),
                        "--name=" + container.name(),
                        "--lxcpath=" + container.lxcPath(),
                        "--timeout=10",
                        "--nokill")
                .start();
    }

    @Test
    void aStopThatAKilledRunHasLeftIsWaitedForAndStrikesNothingThatComesAfterIt() throws Exception {
        make(OBEDIENT);
        start();
        Process late = lateStop();
        List<String> said = new ArrayList<>();
        runtime.awaitEarlier(
                container,
                SECONDS,
                sentence -> {
                    said.add(sentence);
                    assertThatCode(() -> lxcGoesOn(late)).doesNotThrowAnyException();
                });
        assertThat(said)
                .containsExactly(
                        "waiting for the end of the lxc-stop that an earlier run has left");
        assertThat(ToldRuntime.until(() -> !runtime.running(container), Patience.exactly(SECONDS)))
                .isTrue();
        assertThat(late.waitFor()).isZero();
        runtime.awaitEarlier(container, SECONDS, said::add);
        assertThat(said).hasSize(1);
    }

    /// Continues it once it has stopped.
    private static void lxcGoesOn(Process late) throws Exception {
        Path status = Path.of("/proc", Long.toString(late.pid()), "status");
        while (!Files.readString(status).contains("State:\tT")) {
            Thread.sleep(10);
        }
        new ProcessBuilder("kill", "-CONT", Long.toString(late.pid())).start().waitFor();
    }

    @Test
    void aRunningContainerIsSeenEvenWhenItsConfigurationNoLongerLoads() throws Exception {
        make(OBEDIENT);
        start();
        Path config = Path.of(container.configPath());
        String good = Files.readString(config);
        Files.writeString(config, good + "lxc.cap.drop = BOGUS\n");
        assertThat(runtime.running(container)).isTrue();
        assertThatThrownBy(() -> runtime.stop(container, SHORT, false))
                .hasMessageContaining("Invalid capability specified: BOGUS");
        Files.writeString(config, good);
    }

    @Test
    void aConfigurationThatDoesNotLoadIsTheReason() throws Exception {
        make(OBEDIENT, "lxc.cap.drop = BOGUS");
        assertThatThrownBy(() -> runtime.start(container, SECONDS))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "'lxc:lab-record-u' does not start: Invalid argument - Invalid capability"
                                + " specified: BOGUS");
    }

    @Test
    void anInitThatCannotRunIsTheReason() throws Exception {
        make(OBEDIENT, "lxc.init.cmd = /nonexistent/init");
        assertThatThrownBy(() -> runtime.start(container, SECONDS))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("'lxc:lab-record-u' does not start: ")
                .hasMessageContaining("/nonexistent/init");
    }

    @Test
    void aStartThatTakesTooLongIsGivenUpForGood() throws Exception {
        make(OBEDIENT, "lxc.hook.pre-start = /bin/sh FOLDER/slow.sh");
        assertThatThrownBy(() -> runtime.start(container, SHORT))
                .hasMessage(
                        "'lxc:lab-record-u' has not started within 1 s; the start was given up");
        assertThat(runtime.running(container)).isFalse();
        make(OBEDIENT);
        start();
    }

    @Test
    void aRunningContainerIsNotStartedAgain() throws Exception {
        make(OBEDIENT);
        start();
        assertThat(runtime.start(container, SECONDS)).isFalse();
    }

    /// Both look while it does not run yet, and liblxc lets one of them begin.
    @Test
    void aStartThatLosesAgainstAnotherOneIsAsGood() throws Exception {
        make(OBEDIENT);
        String lost =
                "lxc-start: u: ../src/lxc/commands.c: lxc_server_init: 2133 Container \"u\" appears to be already running";
        runtime.start(
                container,
                SECONDS,
                (program, arguments) -> {
                    assertThat(program.run(arguments, SECONDS).succeeded()).isTrue();
                    return new HostProgram.Outcome(true, 1, lost);
                });
        assertThat(runtime.running(container)).isTrue();
    }

    @Test
    void aMissingContainerIsASentence() throws Exception {
        assertThat(runtime.running(container)).isFalse();
        runtime.stop(container, SHORT, false);
        assertThatThrownBy(() -> runtime.start(container, SHORT))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("'lxc:lab-record-u' does not start: ");
    }

    @Test
    void aContainerWithALongPathIsSeen() throws Exception {
        Path deep = Files.createDirectories(temp.resolve("p".repeat(100)));
        container = new ContainerId(RuntimeKind.LXC, "lab-record-u", deep.toString());
        make(OBEDIENT);
        start();
        assertThat(runtime.running(container)).isTrue();
        runtime.stop(container, SECONDS, false);
    }

    @Test
    void aNameOnTheEdgeOfWhatASocketCanHoldIsSeen() throws Exception {
        for (int length = 90 - temp.toString().length();
                length < 98 - temp.toString().length();
                length++) {
            Path deep = Files.createDirectories(temp.resolve("p".repeat(length)));
            container = new ContainerId(RuntimeKind.LXC, "u", deep.toString());
            make(OBEDIENT);
            start();
            runtime.stop(container, SECONDS, false);
        }
    }

    @Test
    void noFolderForLogsIsLeft() throws Exception {
        make(OBEDIENT, "lxc.cap.drop = BOGUS");
        long before = logFolders();
        assertThatThrownBy(() -> runtime.start(container, SECONDS)).isInstanceOf(IOException.class);
        assertThat(logFolders()).isEqualTo(before);
    }

    private static long logFolders() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(p -> p.getFileName().toString().matches("capdrop-\\d+")).count();
        }
    }
}
