package dev.capdrop.linux.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.session.HostProgram.BoundedOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HostProgramTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static HostProgram.Outcome shell(String script, Duration deadline) throws IOException {
        return HostProgram.find("sh", "dash").run(List.of("-c", script), deadline);
    }

    private static List<ProcessHandle> processes(String command) {
        return ProcessHandle.allProcesses()
                .filter(ProcessHandle::isAlive)
                .filter(p -> p.info().commandLine().orElse("").endsWith(command))
                .toList();
    }

    /// What was killed is there until the kernel has come to it.
    private static void assertGone(String command) throws InterruptedException {
        for (int look = 0; look < 3000 && !processes(command).isEmpty(); look++) {
            Thread.sleep(20);
        }
        assertThat(processes(command)).isEmpty();
    }

    @Test
    void aMissingProgramNamesItsDebianPackage() {
        assertThatThrownBy(() -> HostProgram.find("lxc-never-heard-of", "lxc"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "the program 'lxc-never-heard-of' is not installed on this host (Debian"
                                + " package 'lxc')");
    }

    @Test
    void statusAndBothStreamsComeBack() throws Exception {
        HostProgram.Outcome outcome = shell("echo out; echo err >&2; exit 3", LONG);
        assertThat(outcome).isEqualTo(new HostProgram.Outcome(true, 3, "out\nerr\n"));
        assertThat(outcome.succeeded()).isFalse();
    }

    @Test
    void theEnvironmentIsClearedAndTheInputEmpty() throws Exception {
        assertThat(shell("cat; pwd; env | sort", LONG).output())
                .contains("/\n", "PATH=/usr/sbin:/usr/bin:/sbin:/bin")
                .doesNotContain("JAVA_HOME", "USER=", "MAVEN");
    }

    @Test
    void itRunsInASessionOfItsOwn() throws Exception {
        String session = shell("cut -d' ' -f6 /proc/$$/stat; echo $$", LONG).output();
        assertThat(session.lines().distinct()).hasSize(1);
    }

    @Test
    void outputBeyondTheLimitIsThrownAway() throws Exception {
        HostProgram.Outcome outcome = shell("head -c 10000000 /dev/zero | tr '\\0' x", LONG);
        assertThat(outcome.succeeded()).isTrue();
        assertThat(outcome.output()).hasSize(BoundedOutput.LIMIT);
    }

    @Test
    void pastTheDeadlineItAndItsChildrenAreKilled() throws Exception {
        HostProgram.Outcome outcome =
                shell("sleep 1234.5 & sleep 1234.5; echo never", Duration.ofMillis(300));
        assertThat(outcome.inTime()).isFalse();
        assertGone("sleep 1234.5");
    }

    @Test
    void aDaemonThatKeepsTheStreamsOpenIsNotWaitedFor() throws Exception {
        // The shell ends when the daemon is what it is to be, and not before.
        String script =
                """
                setsid sleep 2468.5 & pid=$!
                until grep -q '^sleep' /proc/$pid/cmdline; do :; done
                exit 0
                """;
        assertThat(shell(script, LONG).succeeded()).isTrue();
        List<ProcessHandle> daemon = processes("sleep 2468.5");
        assertThat(daemon).as("the daemon runs on").isNotEmpty();
        daemon.forEach(ProcessHandle::destroy);
    }

    @Test
    void anInterruptEndsTheWaitAndTheProgram() throws Exception {
        for (int round = 0; round < 20; round++) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> shell("sleep 4321.5; echo never", LONG))
                    .isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertGone("sleep 4321.5");
    }
}
