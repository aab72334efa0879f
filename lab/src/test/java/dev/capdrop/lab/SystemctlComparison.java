package dev.capdrop.lab;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitExit;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What was read from outside beside what the container's own systemctl prints.
final class SystemctlComparison {
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
        assertThat(lasting(read)).containsExactlyInAnyOrderElementsOf(lasting(listed));
        Map<String, Map<String, String>> shown = shown(read);
        for (UnitState unit : systemd.units()) {
            compare(unit, requireNonNull(shown.get(unit.name()), unit.name()));
        }
    }

    /// Without the mounts that systemd makes and forgets for the credentials of services.
    private static List<String> lasting(List<String> names) {
        return names.stream().filter(name -> !name.startsWith("run-credentials-")).toList();
    }

    private Map<String, Map<String, String>> shown(List<String> names) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "systemctl",
                                "show",
                                "--no-pager",
                                "--property=Id,LoadState,ActiveState,SubState,FragmentPath,"
                                        + "UnitFileState,ConditionResult,Result,ExecMainStatus,"
                                        + "ConditionTimestampMonotonic,"
                                        + "InactiveExitTimestampMonotonic",
                                "--"));
        line.addAll(names);
        Map<String, Map<String, String>> shown = new HashMap<>();
        String out = container.attach(line.toArray(String[]::new)).out();
        for (String block : out.split("\n\n")) {
            Map<String, String> values = new HashMap<>();
            for (String assignment : block.strip().split("\n")) {
                String[] parts = assignment.split("=", 2);
                values.put(parts[0], parts[1]);
            }
            shown.put(values.getOrDefault("Id", ""), values);
        }
        return shown;
    }

    private static void compare(UnitState unit, Map<String, String> shown) {
        UnitDetail detail = requireNonNull(unit.detail());
        Map<String, String> read = new HashMap<>();
        read.put("Id", unit.name());
        read.put("LoadState", unit.loadState());
        read.put("ActiveState", unit.activeState());
        read.put("SubState", unit.subState());
        read.put("FragmentPath", detail.fragmentPath());
        read.put("UnitFileState", detail.unitFileState());
        read.put("ConditionResult", detail.conditionResult() ? "yes" : "no");
        read.put("ConditionTimestampMonotonic", Long.toString(detail.conditionMicros()));
        read.put("InactiveExitTimestampMonotonic", Long.toString(detail.activatedMicros()));
        UnitExit exit = detail.exit();
        if (exit != null) {
            read.put("Result", exit.result());
            if (unit.name().endsWith(".service")) {
                read.put("ExecMainStatus", Integer.toString(exit.status()));
            }
        }
        assertThat(read).containsAllEntriesOf(shown);
    }
}
