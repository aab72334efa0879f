package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A host with 150 containers, one of which runs: all of them on one screen, live and recorded.
@NeedsContainers
final class ManyContainersTest {
    private static final int STOPPED = 149;
    private static final int SCREEN = 24;
    private static final int COLUMNS = 80;

    @TempDir private Path folder;

    @Test
    void aHundredAndFiftyContainersAreOneScreen() throws IOException {
        Bench bench = Bench.shared();
        Tool tool = Tool.of(bench, folder.resolve("state"));
        List<LabContainer> stopped = new ArrayList<>();
        try (LabContainer web = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            Path root = bench.unpacked(RootTarball.of(Suite.TRIXIE), Privilege.UNPRIVILEGED);
            for (int i = 0; i < STOPPED; i++) {
                LabContainer one = new LabContainer(bench.lxcPath(), web.name() + "-" + i);
                stopped.add(one);
                Files.createDirectory(one.configFile().getParent());
                one.setConfig(
                        web.config()
                                .replace(web.rootfs().toString(), root.toString())
                                .replace(web.name(), one.name()));
            }
            assertThat(web.boot()).isEqualTo("degraded");
            assertOneScreen(tool.run("check"), web);
            Path recordings = Files.createDirectory(folder.resolve("recordings"));
            Command.Result recorded = tool.run("snapshot", "--all", recordings.toString());
            assertThat(recorded.exit()).as(recorded.toString()).isZero();
            List<String> line = new ArrayList<>(List.of("check", "--from"));
            try (Stream<Path> files = Files.list(recordings)) {
                files.forEach(file -> line.add(file.toString()));
            }
            assertOneScreen(tool.run(line.toArray(String[]::new)), web);
            List<String> each = tool.run("check", "-v").out().lines().toList();
            for (LabContainer one : stopped) {
                assertThat(each).anyMatch(row -> row.startsWith("lxc:" + one.name() + " "));
            }
        } finally {
            for (LabContainer one : stopped) {
                one.close();
            }
        }
    }

    private static void assertOneScreen(Command.Result check, LabContainer web) {
        assertThat(check.exit()).as(check.toString()).isEqualTo(1);
        assertThat((check.out() + check.err()).lines())
                .as(check.toString())
                .hasSizeLessThanOrEqualTo(SCREEN)
                .anyMatch(row -> row.matches("(lxc:" + web.name() + "|1) +degraded +2 +starts .*"))
                .anyMatch(row -> row.matches(STOPPED + " +stopped +- +at the next start: .*"))
                .filteredOn(row -> !row.contains("capdrop "))
                .allMatch(row -> row.length() <= COLUMNS);
        assertThat(check.out().replaceAll("\\s+", " "))
                .contains("capdrop apply --all")
                .contains(
                        "150 containers (-v has a row for each): 150 fixable by a drop; next: capdrop ");
    }
}
