package dev.capdrop.linux.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagerFilesTest {
    @TempDir Path tree = Path.of("");
    private final List<String> problems = new ArrayList<>();

    private void file(String path, String text) throws IOException {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private CapabilitySet limit() throws IOException {
        try (SafeRoot root = SafeRoot.of(tree)) {
            return ManagerFiles.limit(root, problems);
        }
    }

    @Test
    void whereNothingIsSaidNothingIsTaken() throws IOException {
        assertThat(limit()).isEqualTo(CapabilityLists.ALL);
        file("etc/systemd/system.conf", "[Manager]\n#CapabilityBoundingSet=~CAP_MKNOD\n");
        assertThat(limit()).isEqualTo(CapabilityLists.ALL);
    }

    @Test
    void theFirstFileAndTheDropInsOfAllFoldersCountInTheOrderOfTheirNames() throws IOException {
        file("usr/lib/systemd/system.conf", "[Manager]\nCapabilityBoundingSet=CAP_CHOWN\n");
        file("etc/systemd/system.conf", "[Manager]\nCapabilityBoundingSet=~CAP_SYS_RAWIO\n");
        file(
                "usr/lib/systemd/system.conf.d/10-more.conf",
                """
                [Service]
                CapabilityBoundingSet=~CAP_KILL
                [Manager]
                CapabilityBoundingSet=~CAP_MKNOD
                """);
        file(
                "usr/lib/systemd/system.conf.d/20-masked.conf",
                "[Manager]\nCapabilityBoundingSet=~CAP_CHOWN\n");
        file("etc/systemd/system.conf.d/20-masked.conf", "");
        assertThat(limit())
                .isEqualTo(CapabilityLists.ALL.minus(CapabilitySet.of("sys_rawio", "mknod")));
    }

    @Test
    void whatIsNotReadOfThemIsSaid() throws IOException {
        file("etc/systemd/system.conf", "[Manager]\nCapabilityBoundingSet=~CAP_SYS_RAWIO\n");
        Files.createDirectories(tree.resolve("etc/systemd/system.conf.d/a.conf"));
        Path folder = Files.createDirectories(tree.resolve("usr/lib/systemd/system.conf.d"));
        for (int i = 0; i <= 20_000; i++) {
            Files.createFile(folder.resolve("n" + i));
        }
        assertThat(limit()).isEqualTo(CapabilityLists.ALL.minus(CapabilitySet.of("sys_rawio")));
        assertThat(problems)
                .containsExactlyInAnyOrder(
                        "'/etc/systemd/system.conf.d/a.conf' is not a regular file",
                        "'/usr/lib/systemd/system.conf.d' holds more than 20000 names; the rest was"
                                + " not looked at");
    }
}
