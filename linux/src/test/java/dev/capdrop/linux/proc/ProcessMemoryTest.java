package dev.capdrop.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.proc.ContainerInit.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What stands behind the arguments of a process.
class ProcessMemoryTest {
    private static final String MAPS =
            """
            1000-2000 r-xp 00000000 00:2a 2                                          /silent/li b-r
            2000-3000 rw-p 00000000 00:00 0\s
            3000-4000 rw-p 00000000 00:00 0                                          [stack]
            """;

    private static boolean anonymous(int start, int end) {
        String stat = "1 (a) b) S" + " 0".repeat(44) + " " + start + " " + end + " 0 0 0\n";
        return ProcessMemory.anonymous(stat, ProcessMemory.ARGUMENTS, MAPS);
    }

    @Test
    void oneByteOfAFileIsEnough() {
        assertThat(anonymous(0x2000, 0x4000)).isTrue();
        assertThat(anonymous(0x1fff, 0x3000)).isFalse();
        assertThat(anonymous(0x1200, 0x1210)).isFalse();
        assertThat(anonymous(0x3fff, 0x9000)).as("nothing is there").isTrue();
    }

    @Test
    void anOrdinaryProcessHasThemOnItsStack() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String maps = Files.readString(Path.of("/proc/self/maps"));
        assertThat(ProcessMemory.anonymous(stat, ProcessMemory.ARGUMENTS, maps)).isTrue();
        assertThat(ProcessMemory.anonymous(stat, ProcessMemory.ENVIRONMENT, maps)).isTrue();
    }
}
