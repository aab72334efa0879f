package dev.capdrop.cli.explain;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Execve;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.explanation.UnitExplanation.Ground;
import dev.capdrop.core.explanation.UnitExplanation.TestedLine.Standing;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields of `capdrop/explain/1` that explain a unit.
final class UnitReport {
    private UnitReport() {}

    static Map<String, @Nullable Object> of(UnitExplanation unit) {
        return object(
                "ground", ground(unit.ground()),
                "conditions", unit.tests().conditions().stream().map(UnitReport::test).toList(),
                "asserts", unit.tests().asserts().stream().map(UnitReport::test).toList(),
                "settings", unit.powers().settings().stream().map(JsonReports::evidence).toList(),
                "bounding", unit.powers().limit().formatHex(),
                "ambient",
                        unit.powers()
                                .execution()
                                .ambient()
                                .intersect(unit.powers().limit())
                                .formatHex(),
                "programs", unit.powers().programs().stream().map(UnitReport::program).toList(),
                "namedBy",
                        unit.relations().stream()
                                .map(r ->
                                        members()
                                                .with("unit", r.unit())
                                                .with("dependency", r.kind().inverse())
                                                .with("outcome", r.outcome().word()))
                                .toList(),
                "drops", unit.drops().changing().stream().map(UnitReport::drop).toList(),
                "goesOnWithout", unit.drops().settled().stream().map(UnitReport::settled).toList());
    }

    private static Object ground(Ground ground) {
        return object(
                "id", GroundText.id(ground),
                "text", GroundText.sentence(ground),
                "units", GroundText.units(ground));
    }

    private static Object test(UnitExplanation.TestedLine line) {
        Standing standing = line.standing();
        Setting place = line.line();
        return object(
                "text", place == null ? line.tested().condition().format() : place.format(),
                "result", Json.word(line.tested().result()),
                "decides", line.decides(),
                "file", place == null ? null : place.file(),
                "line", place == null ? null : place.line(),
                "capability", standing == null ? null : standing.capability().name(),
                "held", standing == null ? null : standing.held(),
                "honoured", standing == null ? null : standing.honoured(),
                "inert", standing == null ? null : standing.inert());
    }

    private static Object program(UnitExplanation.ProgramRun run) {
        ProgramFile file = run.file();
        return object(
                "file", run.line().file(),
                "line", run.line().line(),
                "setting", run.line().key(),
                "prefixes", run.command().prefixes(),
                "path", run.command().program(),
                "attribute",
                        file == null || file.capabilities().isEmpty()
                                ? null
                                : "0x" + file.capabilities(),
                "setuid", file != null && file.setUid(),
                "setgid", file != null && file.setGid(),
                "root", run.byRoot(),
                "noNewPrivs", run.before().noNewPrivs(),
                "execve", run.execve() == null ? null : execve(run.execve()));
    }

    private static Object execve(Execve execve) {
        Execve.Sum sum = execve.sum();
        CapabilitySet missing =
                execve.outcome() instanceof Execve.Outcome.Refused refused
                        ? refused.missing()
                        : CapabilitySet.EMPTY;
        return object(
                "refused", !missing.isEmpty(),
                "missing", missing.names(),
                "permitted", sum.permitted().formatHex(),
                "effective", sum.effective().formatHex(),
                "fromFile", sum.fromFile().formatHex(),
                "inherited", sum.inherited().formatHex(),
                "asRoot", sum.asRoot().formatHex(),
                "withheld", sum.withheld().formatHex(),
                "ambient", sum.ambient().formatHex(),
                "fileUse", Json.word(execve.fileUse()),
                "idUse", Json.word(execve.idUse()),
                "rootUse", Json.word(execve.rootUse()));
    }

    private static Object settled(UnitExplanation.Settled settled) {
        return object(
                "capabilities", settled.capabilities().names(),
                "rule", settled.rule().row().word(),
                "source", settled.rule().row().source(),
                "since", settled.rule().row().since(),
                "evidence", settled.rule().row().evidence());
    }

    private static Object drop(UnitExplanation.DropForecast drop) {
        return object(
                "capabilities", drop.capabilities().names(),
                "after", drop.after() == null ? null : drop.after().word(),
                "status", drop.status() == 0 ? null : drop.status(),
                "why", drop.why(),
                "dependants", drop.dependants(),
                "rule", drop.rule().row().word(),
                "source", drop.rule().row().source(),
                "since", drop.rule().row().since(),
                "evidence", drop.rule().row().evidence());
    }
}
