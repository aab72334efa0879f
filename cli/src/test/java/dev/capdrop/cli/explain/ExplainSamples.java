package dev.capdrop.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.Taint;
import dev.capdrop.cli.Taint.Manner;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The reports of this package, each with everything in it.
public final class ExplainSamples {
    private static final int LAST = 40;

    private ExplainSamples() {}

    /// Writes each that no recording has for people, tainted.
    public static void write(Terminal terminal, Manner manner) {
        PsText.writeOutdated(terminal, List.of(process(manner)));
        new PsText(terminal, LAST, true).write(List.of(process(manner)));
        new ConfigText(terminal).write(sections(manner), LAST);
    }

    /// Returns each that no recording has as a tree for JSON, tainted.
    public static List<Object> trees(Manner manner) {
        return List.of(
                PsText.report(List.of(process(manner))), ConfigText.config(sections(manner), LAST));
    }

    /// Returns each as a tree for JSON.
    public static List<Object> trees(Snapshot snapshot) {
        List<Object> trees = new ArrayList<>();
        trees.add(PsText.report(List.of(PsTextTest.INIT)));
        trees.add(ExplainReports.capability(Capability.of("sys_rawio")));
        for (String name : List.of("sys-kernel-debug.mount", "systemd-logind.service")) {
            UnitExplanation unit = UnitExplanation.of(snapshot, name, TimeLimit.NONE);
            assertThat(unit).isNotNull();
            trees.add(ExplainReports.unit("lxc:web", unit, null));
        }
        trees.add(ExplainReports.container(snapshot, ContainerExplanation.of(snapshot)));
        return trees;
    }

    private static HostProcess process(Manner manner) {
        return Taint.full(PsTextTest.INIT, manner);
    }

    private static ConfigText.Sections sections(Manner manner) {
        EffectiveCapabilities least = Taint.least(EffectiveCapabilities.class);
        ConfigText.Sections sections =
                new ConfigText.Sections(ConfigFormat.LXC, "/f", least, least, Map.of("s", least));
        return Taint.full(sections, manner);
    }
}
