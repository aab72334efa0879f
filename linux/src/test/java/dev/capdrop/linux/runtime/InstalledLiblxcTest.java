package dev.capdrop.linux.runtime;

import static dev.capdrop.linux.runtime.InstalledLiblxc.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.linux.session.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Against the host's own liblxc.
final class InstalledLiblxcTest {
    private static final Path LOCKS = Path.of("/run/lxc/lock/tmp");

    @Test
    void theInstalledLiblxcIsAskedAndNothingOfThatIsLeft() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lxc-info")), "lxc is not installed");
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "only root has liblxc's folder of locks");
        Set<String> before = ours(LOCKS);
        assertThat(InstalledLiblxc.asked("lxc.uts.name", false)).isEqualTo(KeyAnswer.LOADS);
        assertThat(InstalledLiblxc.asked("lxc.init.groups", true)).isEqualTo(KeyAnswer.LOADS);
        assertThat(InstalledLiblxc.asked("lxc.environment", false)).isEqualTo(KeyAnswer.LOADS);
        assertThat(InstalledLiblxc.asked("lxc.nonsense.of.ours", false))
                .isEqualTo(KeyAnswer.REFUSED);
        // this one it takes for another with a mistake in its name, and does not call it unknown
        assertThat(InstalledLiblxc.asked("lxc.prlimitx", true)).isEqualTo(KeyAnswer.REFUSED);
        assertThat(ours(LOCKS)).isEqualTo(before);
    }

    @Test
    void aKeyThatCannotBeOneIsNotAskedFor() {
        assertThat(InstalledLiblxc.asked("lxc.a b\nlxc.include", false))
                .isEqualTo(KeyAnswer.NOT_KNOWN);
    }

    @Test
    void aFailureForAnotherReasonSaysNothingOfTheKey() {
        for (Pattern refusal : List.of(InstalledLiblxc.UNKNOWN, InstalledLiblxc.REFUSED)) {
            assertThat(answer(new HostProgram.Outcome(true, 1, "Out of memory"), refusal))
                    .isEqualTo(KeyAnswer.NOT_KNOWN);
            assertThat(answer(new HostProgram.Outcome(false, -1, ""), refusal))
                    .isEqualTo(KeyAnswer.NOT_KNOWN);
        }
    }

    private static Set<String> ours(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (var all = Files.list(folder)) {
            return all.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.startsWith("capdrop-key"))
                    .collect(Collectors.toSet());
        }
    }
}
