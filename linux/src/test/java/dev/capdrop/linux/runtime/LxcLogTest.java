package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.runtime.LxcRuntime.LxcLog;
import dev.capdrop.linux.session.HostProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class LxcLogTest {
    /// What has no name stays nowhere, however this process ends.
    @Test
    void whileAProgramRunsItsLogHasNoNameAndAnotherProcessReachesIt() throws Exception {
        try (LxcLog log = LxcLog.open()) {
            String path = log.file().pathForOthers();
            Process other =
                    new ProcessBuilder("/bin/sh", "-c", "echo '" + LINE + "' >> \"$1\"", "sh", path)
                            .start();
            assertThat(other.waitFor()).isZero();
            assertThat(Files.readSymbolicLink(Path.of(path)).toString()).endsWith(" (deleted)");
            assertThat(log.reason(new HostProgram.Outcome(true, 1, ""))).isEqualTo("no such thing");
        }
    }

    private static final String LINE = "lxc-start c 2 ERROR x - a.c:f:1 - no such thing";

    @Test
    void theFirstErrorOfALogIsTheReason() {
        assertThat(
                        LxcLog.firstMessage(
                                """
                                lxc-start c1 20261125014427.136 ERROR    confile - ../src/lxc/confile.c:add_cap_entry:2471 - Invalid argument - Invalid capability specified: BOGUS
                                lxc-start c1 20261125014427.136 ERROR    lxc_start - ../src/lxc/tools/lxc_start.c:lxc_start_main:241 - Failed to create lxc_container
                                """))
                .isEqualTo("Invalid argument - Invalid capability specified: BOGUS");
    }

    @Test
    void theFirstErrorOnTheScreenIsTheReasonWithoutALog() {
        assertThat(
                        LxcLog.firstMessage(
                                "lxc-stop: c1: ../src/lxc/tools/lxc_stop.c: lxc_stop_main: 169 c1 is"
                                        + " not running\n"))
                .isEqualTo("c1 is not running");
    }

    @Test
    void controlCharactersAndLengthAreHeldBack() {
        String line = "lxc-start c 2 ERROR x - a.c:f:1 - \u001b[31m" + "y".repeat(1000) + "\n";
        assertThat(LxcLog.firstMessage(line)).startsWith("?[31my").hasSize(301);
    }

    @Test
    void otherTextIsNoReason() {
        assertThat(LxcLog.firstMessage("Failed to load config for c1\n")).isEmpty();
    }
}
