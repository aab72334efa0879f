package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.RecordedExample;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The check of the recorded container that the repository ships.
final class CheckedExampleTest {
    private static final Checked CHECKED =
            new Checked(
                    "lxc:web",
                    "lxc:web",
                    null,
                    RecordedExample.SNAPSHOT,
                    NextStart.of(RecordedExample.SNAPSHOT).configured(),
                    "",
                    Checked.Reasoning.of(
                            Diagnosis.of(RecordedExample.SNAPSHOT), RecordedExample.PLAN),
                    Checked.OurChange.NONE);

    @Test
    void checkNamesUnitCapabilityFileAndLine() {
        List<String> lines =
                RecordedExample.text(terminal -> new CheckText(terminal).write(List.of(CHECKED)));
        assertThat(lines.getFirst()).isEqualTo("lxc:web  degraded  2 failed");
        assertThat(lines)
                .contains(
                        "  sys-kernel-debug.mount",
                        "      /usr/lib/systemd/system/sys-kernel-debug.mount:16:"
                                + " ConditionCapability=CAP_SYS_RAWIO",
                        "  systemd-modules-load.service",
                        "      /usr/lib/systemd/system/systemd-modules-load.service:16:"
                                + " ConditionCapability=CAP_SYS_MODULE");
        assertThat(lines).anyMatch(line -> line.startsWith("  fix: capdrop apply lxc:web   drops"));
    }

    @Test
    void proseStaysWithinEightyColumns() {
        assertThat(RecordedExample.text(t -> new CheckText(t).write(List.of(CHECKED))))
                .filteredOn(line -> !line.contains("/") && !line.contains("instead: "))
                .isNotEmpty()
                .allMatch(line -> line.length() <= RecordedExample.COLUMNS);
    }

    @Test
    void whatSystemdSaysOfAnExitIsEscaped() {
        UnitDetail honest = RecordedExample.unit("sys-kernel-debug.mount").detail();
        assertThat(honest).isNotNull();
        UnitDetail evil =
                new UnitDetail(
                        honest.aliases(),
                        new UnitDetail.Files(
                                honest.files().fragment(),
                                honest.files().dropIns(),
                                honest.files().state(),
                                false,
                                false),
                        new UnitDetail.Activation(true, 1, 1, 1),
                        List.of(),
                        honest.dependencies(),
                        new UnitDetail.Exit("x\u001b[31mRED\u0007" + (char) 0x202e, 0, 0, 0),
                        List.of(),
                        null);
        UnitState failed =
                new UnitState("evil.service", "loaded", "failed", "failed", List.of(), evil);
        Snapshot hostile =
                Snapshot.of(
                                RecordedExample.SNAPSHOT.takenAt(),
                                RecordedExample.SNAPSHOT.container(),
                                RecordedExample.SNAPSHOT.host())
                        .with(RecordedExample.SNAPSHOT.init())
                        .with(
                                new Systemd(
                                        new Systemd.Manager(
                                                "deg\u001braded",
                                                "257",
                                                0,
                                                1,
                                                2,
                                                "multi-user.target"),
                                        Systemd.Source.DBUS,
                                        List.of(failed),
                                        Map.of(),
                                        Set.of(),
                                        Set.of(),
                                        Map.of(),
                                        List.of()))
                        .withProblems(List.of("problem\u0007"));
        Checked hostileCheck =
                new Checked(
                        "lxc:w\u001beb",
                        "lxc:w\u001beb",
                        null,
                        hostile,
                        null,
                        "",
                        Checked.Reasoning.of(Diagnosis.of(hostile), null),
                        Checked.OurChange.NONE);
        assertThat(
                        RecordedExample.text(
                                terminal -> new CheckText(terminal).write(List.of(hostileCheck))))
                .anyMatch(line -> line.contains("x\\x1b[31mRED\\x07<U+202E>"))
                .allMatch(line -> line.codePoints().allMatch(p -> p >= ' ' && p < 0x7f));
    }
}
