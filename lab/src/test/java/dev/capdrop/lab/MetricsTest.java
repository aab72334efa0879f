package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `metrics` writes of a real container, read by Prometheus' own tool, and where it cannot
/// write.
@NeedsContainers
final class MetricsTest {
    private static final Path EXAMPLE = Path.of("../examples/trixie-degraded.json");

    @TempDir Path folder = Path.of("");

    @Test
    void theFiguresOfADegradedContainerTurnWithTheApply() throws IOException {
        Bench bench = Bench.shared();
        Tool tool = Tool.of(bench, folder.resolve("state"));
        Path file = folder.resolve("capdrop.prom");
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            assertThat(container.boot()).isEqualTo("degraded");
            String of =
                    "{target=\"lxc:" + container.name() + "\",lxc_path=\"" + bench.lxcPath() + "\"";
            Command.Result before = tool.run("metrics", "-o", file.toString());
            assertThat(before.exit()).as(before.toString()).isZero();
            assertThat(before.out() + before.err()).isEmpty();
            assertThat(Files.readAllLines(file))
                    .contains("capdrop_container_state" + of + ",state=\"degraded\"} 1")
                    .contains("capdrop_container_droppable_capabilities" + of + "} 2")
                    .noneMatch(line -> line.startsWith("capdrop_container_drifts"));
            assertClean(file);
            assertThat(tool.run("apply", container.name(), "--yes").exit()).isZero();
            assertThat(tool.run("metrics", "-o", file.toString()).exit()).isZero();
            assertThat(Files.readAllLines(file))
                    .contains("capdrop_container_state" + of + ",state=\"running\"} 1")
                    .contains("capdrop_container_failed_units" + of + "} 0")
                    .contains("capdrop_container_droppable_capabilities" + of + "} 0")
                    .contains("capdrop_container_drifts" + of + "} 0");
            assertClean(file);
        }
    }

    /// A file's name is a label, and the only one that somebody else could choose freely.
    @Test
    void recordingsOfAnyNameAreCleanToo() throws IOException {
        Path file = folder.resolve("capdrop.prom");
        List<String> names = List.of("a\"} 1\nb", "c\\", "d\u202e", "<script>", "e\u001b[31m");
        String[] words = new String[names.size() + 4];
        words[0] = "metrics";
        words[1] = "-o";
        words[2] = file.toString();
        words[3] = "--from";
        for (int i = 0; i < names.size(); i++) {
            words[i + 4] = Files.copy(EXAMPLE, folder.resolve(names.get(i))).toString();
        }
        Command.Result ran = Tool.runApartFromContainers(words);
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(Files.readAllLines(file))
                .filteredOn(line -> line.startsWith("capdrop_container_failed_units{"))
                .hasSize(names.size())
                .allMatch(line -> line.endsWith("} 2"));
        assertClean(file);
    }

    @Test
    void aFolderThatIsReadOnlyOrFullKeepsTheOldFileAndIsOneSentence() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path file = disk.resolve("capdrop.prom");
        Command.of("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk.toString()).runOrFail();
        try {
            Files.writeString(file, "old\n");
            assertRefused(file, "No space left on device");
            Command.of("mount", "-o", "remount,ro", disk.toString()).runOrFail();
            assertRefused(file, "Read-only file system");
        } finally {
            Command.of("umount", disk.toString()).runOrFail();
        }
    }

    /// The rules that docs/how-to/prometheus-and-alerts.md names, on figures of a container that
    /// has everything that they are for.
    @Test
    void eachOfOurAlertRulesFiresAndAHealthyContainerFiresNone() throws IOException {
        Path rules = Path.of("../examples/prometheus-rules.yml").toRealPath();
        assertThat(Command.of("promtool", "check", "rules", rules.toString()).run().exit())
                .isZero();
        Path test = folder.resolve("test.yml");
        Files.writeString(
                test,
                """
                rule_files: [%s]
                evaluation_interval: 1m
                tests:
                  - interval: 1m
                    input_series:
                      - {series: 'capdrop_check_timestamp_seconds', values: '0x300'}
                      - {series: 'capdrop_container_state{target="b",state="not-read"}', values: '1x300'}
                      - {series: 'capdrop_container_state{target="a",state="degraded"}', values: '1x300'}
                      - {series: 'capdrop_container_failed_units{target="a"}', values: '2x300'}
                      - {series: 'capdrop_container_droppable_capabilities{target="a"}', values: '1x300'}
                      - {series: 'capdrop_container_drifts{target="a"}', values: '1x300'}
                      - {series: 'capdrop_container_state{target="h",state="running"}', values: '1x300'}
                      - {series: 'capdrop_container_failed_units{target="h"}', values: '0x300'}
                      - {series: 'capdrop_container_droppable_capabilities{target="h"}', values: '0x300'}
                      - {series: 'capdrop_container_drifts{target="h"}', values: '0x300'}
                    promql_expr_test:
                      - expr: count(ALERTS{alertstate="firing"}) by (alertname, target)
                        eval_time: 3h
                        exp_samples:
                          - {labels: '{alertname="CapdropCheckStale"}', value: 1}
                          - {labels: '{alertname="CapdropContainerNotRead",target="b"}', value: 1}
                          - {labels: '{alertname="CapdropUnitsFailed",target="a"}', value: 1}
                          - {labels: '{alertname="CapdropDropWouldHeal",target="a"}', value: 1}
                          - {labels: '{alertname="CapdropDrift",target="a"}', value: 1}
                """
                        .formatted(rules));
        Command.Result said = Command.of("promtool", "test", "rules", test.toString()).run();
        assertThat(said.exit()).as(said.toString()).isZero();
    }

    private static void assertRefused(Path file, String why) throws IOException {
        Command.Result ran =
                Tool.runApartFromContainers(
                        "metrics", "-o", file.toString(), "--from", EXAMPLE.toString());
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .isEqualTo(
                        "capdrop: cannot write '%s': %s; what it held before is left\n"
                                .formatted(file, why));
        assertThat(Files.readString(file)).isEqualTo("old\n");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    private static void assertClean(Path file) {
        Command.Result said = Command.of("promtool", "check", "metrics").reading(file).run();
        assertThat(said.exit()).as(said.toString()).isZero();
        assertThat(said.out() + said.err()).isEmpty();
    }
}
