package dev.capdrop.cli.explain;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CheckSite;
import dev.capdrop.capability.Demand;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.drop.LearnedText;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.explanation.ContainerExplanation;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Makes `capdrop/explain/1` as a tree for JSON; `kind` says which of its forms it is.
final class ExplainReports {
    public static Object capability(Capability capability) {
        Knowledge known = capability.knowledge();
        return document("capdrop/explain/1")
                .with("kind", "capability")
                .with("number", capability.number())
                .with("name", capability.name())
                .with("known", known != null)
                .all(known == null ? Map.of() : knowledge(known))
                .list("units", Demand.of(capability), ExplainReports::demand);
    }

    public static Object term(Term term) {
        return document("capdrop/explain/1")
                .with("kind", "term")
                .with("word", term.word())
                .with("title", term.title())
                .with("text", term.text())
                .with("source", term.source());
    }

    public static Object matrix(List<ContainerExplanation.Holding> all) {
        return document("capdrop/explain/1")
                .with("kind", "overview")
                .list("capabilities", Capability.all(), ExplainReports::inShort)
                .list("containers", all, ExplainReports::holding);
    }

    private static Object inShort(Capability capability) {
        Knowledge known = capability.knowledge();
        return members()
                .with("number", capability.number())
                .with("name", capability.name())
                .with("scope", known == null ? null : Json.word(known.scope()))
                .with("permits", known == null ? null : known.permits());
    }

    private static Object holding(ContainerExplanation.Holding held) {
        return members()
                .with("target", held.target())
                .with("running", held.running())
                .with("unprivileged", held.unprivileged())
                .with("bounding", held.bounding().formatHex())
                .with("useless", held.useless().names())
                .with("asked", held.asked().names())
                .with("used", held.used().names());
    }

    /// Returns the report of a unit, with the history of its container, where there is one.
    public static Object unit(String target, UnitExplanation unit, @Nullable UseHistory learnt) {
        UnitHistory seen = learnt == null ? null : learnt.unit(unit.unit().name());
        return document("capdrop/explain/1")
                .with("kind", "unit")
                .with("target", target)
                .with("unit", unit.unit().name())
                .with("aliases", unit.unit().aliases())
                .with("loadState", unit.unit().loadState())
                .with("activeState", unit.unit().activeState())
                .with("subState", unit.unit().subState())
                .with("outcome", unit.outcome().word())
                .all(UnitReport.of(unit))
                .orNull("learnt", seen, LearnedText::unit);
    }

    public static Object container(Snapshot snapshot, ContainerExplanation container) {
        return document("capdrop/explain/1")
                .with("kind", "container")
                .with("target", snapshot.subject().target())
                .all(fields(container))
                .with("problems", snapshot.problems());
    }

    private static Map<String, @Nullable Object> knowledge(Knowledge known) {
        return members()
                .with("since", known.since())
                .with("permits", known.permits())
                .with("scope", Json.word(known.scope()))
                .text("refusal", known.refusal())
                .list("honouredAt", known.honouredAt(), ExplainReports::site)
                .list("initialOnlyAt", known.initialOnlyAt(), ExplainReports::site)
                .text("changes", known.changes())
                .with("missed", known.missed())
                .text("caution", known.caution())
                .with("risk", known.risk());
    }

    private static Object site(CheckSite site) {
        return members()
                .with("file", site.file())
                .with("functions", site.functions())
                .with("note", site.note());
    }

    private static Object demand(Demand demand) {
        return members()
                .with("unit", demand.unit())
                .with("setting", demand.setting().key())
                .with("releases", demand.releases());
    }

    private static Map<String, @Nullable Object> fields(ContainerExplanation container) {
        ContainerExplanation.Pid1.Running running =
                container.pid1() instanceof ContainerExplanation.Pid1.Running alive ? alive : null;
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
                                        .at(e.line().file(), e.line().line(), e.line().text())
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
                .list("named", container.namings(), ExplainReports::naming);
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

    private static Object naming(ContainerExplanation.Naming naming) {
        Setting line = naming.line();
        return members()
                .with("capability", naming.capability().name())
                .with("kind", Json.word(naming.kind()))
                .with("by", naming.by())
                .with("file", line == null ? null : line.file())
                .with("line", line == null ? null : line.line());
    }
}
