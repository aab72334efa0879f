package dev.capdrop.linux.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnitSettingsTest {
    @TempDir Path tree;
    private final List<String> problems = new ArrayList<>();

    private UnitSettings settings(SafeRoot root) {
        return new UnitSettings(root, Deadline.in(Duration.ofMinutes(1)), problems);
    }

    @Test
    void aFileThatManyUnitsNameIsSaidToBeUnreadableOnce() throws IOException {
        Files.createDirectory(tree.resolve("shared.conf"));
        Files.writeString(tree.resolve("a.service"), "[Service]\nType=oneshot\n");
        try (SafeRoot root = SafeRoot.of(tree)) {
            UnitSettings settings = settings(root);
            for (int unit = 0; unit < 100; unit++) {
                assertThat(settings.settings("/a.service", List.of("/shared.conf"))).hasSize(1);
            }
        }
        assertThat(problems)
                .containsExactly(
                        "a unit file could not be read: '/shared.conf' is not a regular file");
    }

    @Test
    void ofManyFilesTwentyAreNamed() throws IOException {
        try (SafeRoot root = SafeRoot.of(tree)) {
            UnitSettings settings = settings(root);
            for (int unit = 0; unit < 200; unit++) {
                settings.settings("/absent-" + unit % 100, List.of());
            }
        }
        assertThat(problems).hasSize(21).endsWith("more unit files could not be read");
    }
}
