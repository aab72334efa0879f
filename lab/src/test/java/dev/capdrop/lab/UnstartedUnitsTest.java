package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was not started because another unit failed, its job ended by the result `dependency`: it
/// is no failed unit, and `check` names it below what did fail, however that failed.
@NeedsContainers
final class UnstartedUnitsTest {
    @TempDir private Path state;

    @Test
    void whatWasNotStartedBecauseAnotherFailedIsNamedBelowThat() throws IOException {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            pair(container, "plain", "Type=oneshot", "ExecStart=/bin/false");
            pair(
                    container,
                    "looping",
                    "Type=notify",
                    "ExecStart=/bin/false",
                    "Restart=always",
                    "RestartSec=1h");
            pair(
                    container,
                    "late",
                    "Type=oneshot",
                    "ExecStart=/bin/sh -c 'sleep 1; exit 3'",
                    "Restart=on-failure",
                    "RestartSec=1h");
            SmallBoot.of(
                    container,
                    "plain-feeder.service",
                    "looping-feeder.service",
                    "late-feeder.service");
            container.boot();
            Command.Result checked = Tool.of(Bench.shared(), state).run("check", container.name());
            for (String unit : List.of("plain", "looping", "late")) {
                assertThat(container.attach("systemctl", "is-active", unit + "-feeder.service"))
                        .extracting(Command.Result::out)
                        .isEqualTo("inactive\n");
                assertThat(checked.out().replaceAll("\\s+", " "))
                        .as(checked.toString())
                        .containsPattern(
                                unit
                                        + "-meter\\.service .{1,150} and 1 unit is not up because of it: "
                                        + unit
                                        + "-feeder\\.service");
            }
        }
    }

    private static void pair(LabContainer container, String name, String... meter)
            throws IOException {
        container.writeService(name + "-meter.service", List.of("DefaultDependencies=no"), meter);
        waiting(
                container,
                name,
                "Requires=" + name + "-meter.service",
                "After=" + name + "-meter.service");
    }

    private static void waiting(LabContainer container, String name, String... on)
            throws IOException {
        List<String> unit = new ArrayList<>(List.of("DefaultDependencies=no"));
        unit.addAll(List.of(on));
        container.writeService(name + "-feeder.service", unit, "ExecStart=/bin/sleep infinity");
    }
}
