package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What was read from outside beside what the container's own systemctl prints.
final class SystemctlComparison {
    private static final String PROPERTIES =
            "Id,Names,LoadState,ActiveState,SubState,FragmentPath,UnitFileState,ConditionResult,Result,"
                    + "ExecMainStatus,ConditionTimestampMonotonic,InactiveExitTimestampMonotonic";

    private final LabContainer container;

    SystemctlComparison(LabContainer container) {
        this.container = container;
    }

    void compare(Systemd systemd) {
        List<String> listed =
                container
                        .attach(
                                "systemctl",
                                "list-units",
                                "--all",
                                "--plain",
                                "--no-legend",
                                "--full",
                                "--no-pager")
                        .out()
                        .lines()
                        .map(line -> line.strip().split(" +", 2)[0])
                        .toList();
        List<String> read = systemd.units().stream().map(UnitState::name).toList();
        assertThat(lasting(read, systemd))
                .containsExactlyInAnyOrderElementsOf(lasting(listed, systemd));
        Map<String, Map<String, String>> shown = SystemctlShow.of(container, read, PROPERTIES);
        for (UnitState unit : systemd.units()) {
            compare(unit, requireNonNull(shown.get(unit.name()), unit.name()));
        }
    }

    /// Without what systemd makes or loads and soon forgets: the mounts for the credentials of
    /// services, and the units that only a call on the bus starts, which a snapshot holds anyway.
    private static List<String> lasting(List<String> names, Systemd systemd) {
        return names.stream()
                .filter(name -> !name.startsWith("run-credentials-"))
                .filter(name -> !systemd.busActivated().contains(name))
                .toList();
    }

    private static void compare(UnitState unit, Map<String, String> shown) {
        UnitDetail detail = unit.detail();
        Map<String, String> read = new HashMap<>();
        read.put("Id", unit.name());
        read.put("LoadState", unit.loadState());
        read.put("ActiveState", unit.activeState());
        read.put("SubState", unit.subState());
        read.put("FragmentPath", detail.files().fragment());
        read.put("UnitFileState", detail.files().state());
        read.put("ConditionResult", detail.activation().conditionResult() ? "yes" : "no");
        read.put(
                "ConditionTimestampMonotonic",
                Long.toString(detail.activation().conditionMicros()));
        read.put(
                "InactiveExitTimestampMonotonic",
                Long.toString(detail.activation().activatedMicros()));
        UnitDetail.Exit exit = detail.exit();
        if (exit != null) {
            read.put("Result", exit.result());
            if (unit.name().endsWith(".service")) {
                read.put("ExecMainStatus", Integer.toString(exit.status()));
            }
        }
        Set<String> names = new TreeSet<>(unit.aliases());
        names.add(unit.name());
        read.put("Names", String.join(" ", names));
        Map<String, String> expected = new HashMap<>(shown);
        expected.computeIfPresent("Names", (_, value) -> SystemctlShow.names(value));
        assertThat(read).containsAllEntriesOf(expected);
    }
}
