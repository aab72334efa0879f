package dev.capdrop.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.cli.RecordedExample;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitState;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The explanations of the recorded container that the repository ships.
final class ExplainedExampleTest {
    @ParameterizedTest
    @MethodSource("numbers")
    void aCapabilityIsExplainedWithinEightyColumns(int number) {
        Capability capability = new Capability(number);
        List<String> lines = RecordedExample.text(t -> new CapabilityText(t).write(capability, 40));
        assertThat(lines).allMatch(line -> line.length() <= RecordedExample.COLUMNS);
        Knowledge known = capability.knowledge();
        String all = String.join(" ", lines).replaceAll(" +", " ");
        if (known == null) {
            assertThat(all).contains("no name for this number");
        } else {
            assertThat(all)
                    .contains(capability.upperName(), known.since(), known.missed(), known.risk());
            known.honouredAt().forEach(site -> assertThat(all).contains(site.file()));
        }
    }

    @Test
    void everyUnitIsExplainedWithinEightyColumns() {
        Systemd systemd = RecordedExample.systemd();
        for (UnitState unit : systemd.units()) {
            UnitExplanation explanation =
                    UnitExplanation.of(RecordedExample.SNAPSHOT, unit.name(), TimeLimit.NONE);
            assertThat(explanation).as(unit.name()).isNotNull();
            List<String> lines =
                    RecordedExample.text(t -> new UnitText(t, 40, "web").write("web", explanation));
            assertThat(lines.getFirst()).startsWith(unit.name() + "@web");
            assertThat(lines)
                    .filteredOn(line -> !line.contains("/") && !line.contains("@web"))
                    .allMatch(line -> line.length() <= RecordedExample.COLUMNS);
        }
    }

    @Test
    void aFailedUnitIsExplainedByItsCondition() {
        UnitExplanation mount =
                UnitExplanation.of(
                        RecordedExample.SNAPSHOT, "sys-kernel-debug.mount", TimeLimit.NONE);
        assertThat(mount).isNotNull();
        assertThat(RecordedExample.text(t -> new UnitText(t, 40, "web").write("lxc:web", mount)))
                .containsSequence(
                        "  holds     ConditionCapability=CAP_SYS_RAWIO   <- decides",
                        "            /usr/lib/systemd/system/sys-kernel-debug.mount:16",
                        "            CAP_SYS_RAWIO is in the bounding set, but the kernel never honours",
                        "            it in this container");
    }

    @Test
    void eachDropIsSaidWithTheRuleThatDecides() {
        UnitExplanation mount =
                UnitExplanation.of(
                        RecordedExample.SNAPSHOT, "sys-kernel-debug.mount", TimeLimit.NONE);
        assertThat(mount).isNotNull();
        assertThat(RecordedExample.text(t -> new UnitText(t, 40, "web").write("lxc:web", mount)))
                .containsSequence(
                        "  sys_rawio: skipped, ConditionCapability=CAP_SYS_RAWIO does not hold",
                        "    by rule conditions (since systemd 218; evidence: recorded boots):");
        assertThat(ExplainReports.unit("lxc:web", mount, null).toString())
                .contains("rule=conditions, source=systemd.unit(5), ", "evidence=recorded boots");
    }

    @Test
    void theContainerIsExplainedWithinEightyColumns() {
        ContainerExplanation container = ContainerExplanation.of(RecordedExample.SNAPSHOT);
        List<String> lines =
                RecordedExample.text(
                        t -> new ContainerText(t, RecordedExample.SNAPSHOT).write(container));
        assertThat(lines)
                .filteredOn(line -> !line.contains("/"))
                .allMatch(l -> l.length() <= RecordedExample.COLUMNS);
        assertThat(lines)
                .contains("  sys_rawio, never honoured")
                .anyMatch(line ->
                        line.startsWith("      ConditionCapability= ")
                                && line.contains("sys-kernel-debug.mount"));
    }

    static IntStream numbers() {
        return IntStream.rangeClosed(0, Capability.MAX_NUMBER);
    }
}
