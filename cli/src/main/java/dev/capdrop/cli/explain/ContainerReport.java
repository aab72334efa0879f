package dev.capdrop.cli.explain;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.ContainerExplanation.Naming;
import dev.capdrop.core.explanation.ContainerExplanation.Pid1;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of `capdrop/explain/1` that explain a container.
final class ContainerReport {
    private ContainerReport() {}

    static Map<String, @Nullable Object> of(ContainerExplanation container) {
        Pid1.Running running = container.pid1() instanceof Pid1.Running alive ? alive : null;
        Init.InitThread thread = running == null ? null : running.thread();
        CapabilitySet useless =
                container.useless().inert().union(container.useless().nearlyInert());
        return members()
                .with("running", running != null)
                .with("pid", running == null ? null : running.number())
                .with("unprivileged", container.unprivileged())
                .with("sets", thread == null ? null : sets(thread.status().capabilities()))
                .with("noNewPrivs", thread == null ? null : thread.status().noNewPrivs())
                .with("uidMap", thread == null ? null : map(thread.users()))
                .with("gidMap", thread == null ? null : map(thread.groups()))
                .with("bounding", container.sets().bounding().formatHex())
                .with("next", container.sets().next().formatHex())
                .with("ceiling", container.sets().ceiling().formatHex())
                .orNull(
                        "configured",
                        container.configuration().outcome(),
                        it -> JsonReports.configured(it))
                .list(
                        "lines",
                        container.configuration().entries(),
                        e ->
                                members()
                                        .with("file", e.line().file())
                                        .with("line", e.line().line())
                                        .with("text", e.line().text())
                                        .with("clears", e.line().clears())
                                        .with("inForce", e.inForce().names()))
                .list(
                        "limits",
                        container.limits(),
                        l ->
                                members()
                                        .with("origin", Json.word(l.origin()))
                                        .with("capabilities", l.capabilities().names()))
                .with("honoured", container.sets().bounding().minus(useless).names())
                .with("nearlyInert", container.useless().nearlyInert().names())
                .with("inert", container.useless().inert().names())
                .list("named", container.namings(), ContainerReport::naming);
    }

    private static Map<String, @Nullable Object> sets(ThreadCapabilities sets) {
        Map<String, @Nullable Object> object = object();
        for (ThreadSet set : ThreadSet.values()) {
            object.put(set.word(), sets.get(set).formatHex());
        }
        return object;
    }

    private static List<Object> map(IdMap map) {
        return map.ranges().stream()
                .<Object>map(range ->
                        members()
                                .with("inside", range.inside())
                                .with("outside", range.outside())
                                .with("count", range.count()))
                .toList();
    }

    private static Object naming(Naming naming) {
        Setting line = naming.line();
        return members()
                .with("capability", naming.capability().name())
                .with("kind", Json.word(naming.kind()))
                .with("by", naming.by())
                .with("file", line == null ? null : line.file())
                .with("line", line == null ? null : line.line());
    }
}
