package dev.capdrop.cli.explain;

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
        return object(
                "running", running != null,
                "pid", running == null ? null : running.number(),
                "unprivileged", container.unprivileged(),
                "sets", thread == null ? null : sets(thread.status().capabilities()),
                "noNewPrivs", thread == null ? null : thread.status().noNewPrivs(),
                "uidMap", thread == null ? null : map(thread.users()),
                "gidMap", thread == null ? null : map(thread.groups()),
                "bounding", container.sets().bounding().formatHex(),
                "next", container.sets().next().formatHex(),
                "ceiling", container.sets().ceiling().formatHex(),
                "configured",
                        container.configuration().outcome() == null
                                ? null
                                : JsonReports.configured(container.configuration().outcome()),
                "lines",
                        container.configuration().entries().stream()
                                .map(e ->
                                        object(
                                                "file", e.line().file(),
                                                "line", e.line().line(),
                                                "text", e.line().text(),
                                                "clears", e.line().clears(),
                                                "inForce", e.inForce().names()))
                                .toList(),
                "limits",
                        container.limits().stream()
                                .map(l ->
                                        object(
                                                "origin", Json.word(l.origin()),
                                                "capabilities", l.capabilities().names()))
                                .toList(),
                "honoured", container.sets().bounding().minus(useless).names(),
                "nearlyInert", container.useless().nearlyInert().names(),
                "inert", container.useless().inert().names(),
                "named", container.namings().stream().map(ContainerReport::naming).toList());
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
                        object(
                                "inside", range.inside(),
                                "outside", range.outside(),
                                "count", range.count()))
                .toList();
    }

    private static Object naming(Naming naming) {
        Setting line = naming.line();
        return object(
                "capability", naming.capability().name(),
                "kind", Json.word(naming.kind()),
                "by", naming.by(),
                "file", line == null ? null : line.file(),
                "line", line == null ? null : line.line());
    }
}
