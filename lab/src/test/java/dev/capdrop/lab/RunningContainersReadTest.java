package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.linux.runtime.LxcContainers;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What is read from outside is what the container's own systemctl says, for every container that
/// runs on this host.
final class RunningContainersReadTest {
    private static final int MANY = 3;

    @TestFactory
    Stream<DynamicTest> everyContainerReadsAsItsOwnSystemctlDoes() throws IOException {
        List<ContainerId> running = running();
        assumeTrue(!running.isEmpty(), "needs root and an LXC container that runs");
        return running.stream()
                .limit(MANY)
                .map(id -> DynamicTest.dynamicTest(id.target(), () -> compare(id)));
    }

    private static List<ContainerId> running() throws IOException {
        List<ContainerId> running = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            LxcContainers containers = new LxcContainers(null);
            for (ContainerId id : containers.all()) {
                if (containers.running(id)) {
                    running.add(id);
                }
            }
        }
        return running;
    }

    private static void compare(ContainerId id) throws Exception {
        SnapshotReader reader = new SnapshotReader(c -> null, SnapshotReader.PATIENCE);
        Snapshot snapshot = reader.readSettled(id, Duration.ofSeconds(60));
        assertThat(snapshot.problems()).isEmpty();
        Systemd systemd = requireNonNull(snapshot.systemd());
        assertThat(systemd.source()).isEqualTo(Systemd.Source.DBUS);
        compareInit(id, requireNonNull(snapshot.init()));
        Map<String, Map<String, String>> shown = shown(id, systemd);
        for (UnitState unit : systemd.units()) {
            compareUnit(unit, requireNonNull(shown.get(unit.name()), unit.name()));
        }
    }

    private static void compareInit(ContainerId id, Init init) throws Exception {
        String status = attach(id, List.of("cat", "/proc/1/status"));
        assertThat(status).contains("CapBnd:\t" + init.bounding().formatHex());
        String map = Files.readString(Path.of("/proc/" + init.pid() + "/uid_map"));
        assertThat(init.unprivileged()).isEqualTo(!map.strip().endsWith("4294967295"));
    }

    private static Map<String, Map<String, String>> shown(ContainerId id, Systemd systemd)
            throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "systemctl",
                                "show",
                                "--no-pager",
                                "--property=Id,LoadState,ActiveState,SubState,FragmentPath,"
                                        + "UnitFileState,ConditionResult,Result,"
                                        + "ConditionTimestampMonotonic",
                                "--"));
        systemd.units().forEach(unit -> command.add(unit.name()));
        Map<String, Map<String, String>> shown = new HashMap<>();
        for (String block : attach(id, command).split("\n\n")) {
            Map<String, String> values = new HashMap<>();
            for (String line : block.strip().split("\n")) {
                String[] parts = line.split("=", 2);
                values.put(parts[0], parts[1]);
            }
            shown.put(values.getOrDefault("Id", ""), values);
        }
        return shown;
    }

    private static void compareUnit(UnitState unit, Map<String, String> shown) {
        UnitDetail detail = requireNonNull(unit.detail());
        assertThat(unit.loadState()).as(unit.name()).isEqualTo(shown.get("LoadState"));
        assertThat(unit.activeState()).as(unit.name()).isEqualTo(shown.get("ActiveState"));
        assertThat(unit.subState()).as(unit.name()).isEqualTo(shown.get("SubState"));
        assertThat(detail.fragmentPath()).as(unit.name()).isEqualTo(shown.get("FragmentPath"));
        assertThat(detail.unitFileState()).as(unit.name()).isEqualTo(shown.get("UnitFileState"));
        assertThat(detail.conditionResult())
                .as(unit.name())
                .isEqualTo("yes".equals(shown.get("ConditionResult")));
        assertThat(Long.toString(detail.conditionMicros()))
                .as(unit.name())
                .isEqualTo(shown.get("ConditionTimestampMonotonic"));
        if (detail.exit() != null) {
            assertThat(detail.exit().result()).as(unit.name()).isEqualTo(shown.get("Result"));
        }
    }

    private static String attach(ContainerId id, List<String> program) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "lxc-attach",
                                "-n",
                                id.name(),
                                "-P",
                                id.lxcPath(),
                                "--clear-env",
                                "--"));
        command.addAll(program);
        Process process = new ProcessBuilder(command).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s", command.subList(0, 8)).isZero();
        return out;
    }
}
