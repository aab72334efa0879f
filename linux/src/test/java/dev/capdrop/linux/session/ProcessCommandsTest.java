package dev.capdrop.linux.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.session.HostProgram.ProcessCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What programs root runs, in a `/proc` of the test.
class ProcessCommandsTest {
    @TempDir Path proc;

    /// FIFOs stand for memory that a program of a container, or of a user, serves and never does.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nobodyWaitsForTheCommandLinesOfOthersThanRoot() throws Exception {
        for (String status : List.of("Uid:\t1000\t0\nNSpid:\t7\n", "Uid:\t0\t0\nNSpid:\t8\t1\n")) {
            Path memory = process(status.contains("1000") ? "7" : "8", status).resolve("cmdline");
            assertThat(new ProcessBuilder("mkfifo", memory.toString()).start().waitFor()).isZero();
        }
        Files.writeString(
                process("9", "Uid:\t0\t0\t0\t0\nNSpid:\t9\n").resolve("cmdline"),
                "/usr/bin/pct\0clone\0" + "101\0");
        ProcessCommands commands = new ProcessCommands(proc);
        assertThat(commands.anyOfRoot("pct", List.of("clone"))).isTrue();
        assertThat(commands.anyOfRoot("pct", List.of("destroy"))).isFalse();
        assertThat(commands.anyTitled("/usr/bin/", "101")).isTrue();
        assertThat(commands.anyTitled("task ", "101")).isFalse();
        assertThat(commands.titled(7, "", "")).isFalse();
    }

    private Path process(String pid, String status) throws IOException {
        Path folder = Files.createDirectory(proc.resolve(pid));
        Files.writeString(folder.resolve("status"), "Name:\tx\n" + status);
        return folder;
    }
}
