package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The number of a process that has ended goes to another one while it is read.
final class ReusedPidTest {
    private static final Path LAST = Path.of("/proc/sys/kernel/ns_last_pid");
    private static final int ATTEMPTS = 500;

    private static Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "600").start();
    }

    /// A process of this number; the kernel gives each the next one that is free (pid(2)'s
    /// `ns_last_pid`).
    private static Process numbered(long pid) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Files.writeString(LAST, Long.toString(pid - 1));
            Process process = sleeper();
            if (process.pid() == pid) {
                return process;
            }
            process.destroyForcibly().waitFor();
        }
        throw new AssertionError("no process got the number " + pid);
    }

    @Test
    void whatIsReadOfAProcessIsNeverOfTheNextOneOfItsNumber() throws Exception {
        assumeTrue(Files.isWritable(LAST), "only root chooses the number of a process");
        Process first = sleeper();
        try (ProcDir directory = ProcDir.open((int) first.pid())) {
            assertThat(directory.alive()).isTrue();
            first.destroyForcibly().waitFor();
            Process second = numbered(first.pid());
            try {
                assertThat(Files.exists(Path.of("/proc", Long.toString(first.pid())))).isTrue();
                assertThat(directory.alive()).isFalse();
                for (String name : new String[] {"status", "mountinfo", "cgroup", "uid_map"}) {
                    assertThatThrownBy(() -> directory.read(name))
                            .isInstanceOfSatisfying(
                                    ErrnoException.class,
                                    e -> assertThat(e.errno()).isIn(Errno.ESRCH, Errno.ENOENT));
                }
                assertThatThrownBy(() -> directory.link("ns/pid"))
                        .isInstanceOf(ErrnoException.class);
            } finally {
                second.destroyForcibly().waitFor();
            }
        }
    }
}
