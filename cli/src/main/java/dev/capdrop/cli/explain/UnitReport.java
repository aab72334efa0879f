package dev.capdrop.cli.explain;

import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Execve;
import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.explanation.UnitExplanation.TestedLine.Standing;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class UnitReport {
    static Map<String, @Nullable Object> of(UnitExplanation unit) {
        return members()
                .with("ground", ground(unit.ground()))
                .list("conditions", unit.tests().conditions(), UnitReport::test)
                .list("asserts", unit.tests().asserts(), UnitReport::test)
                .list("settings", unit.powers().settings(), JsonReports::evidence)
                .with("bounding", unit.powers().limit().formatHex())
                .with(
                        "ambient",
                        unit.powers()
                                .execution()
                                .ambient()
                                .intersect(unit.powers().limit())
                                .formatHex())
                .list("programs", unit.powers().programs(), UnitReport::program)
                .list(
                        "namedBy",
                        unit.relations(),
                        r ->
                                members()
                                        .with("unit", r.unit())
                                        .with("dependency", r.kind().inverse())
                                        .with("outcome", r.outcome().word()))
                .list("drops", unit.drops().changing(), UnitReport::drop)
                .list("goesOnWithout", unit.drops().settled(), UnitReport::settled);
    }

    private static Object ground(UnitExplanation.Ground ground) {
        return members()
                .with("id", GroundText.id(ground))
                .with("text", GroundText.sentence(ground))
                .with("units", GroundText.units(ground));
    }

    private static Object test(UnitExplanation.TestedLine line) {
        Standing standing = line.standing();
        Setting place = line.line();
        return members()
                .with("text", place == null ? line.tested().condition().format() : place.format())
                .with("result", Json.word(line.tested().result()))
                .with("decides", line.decides())
                .with("file", place == null ? null : place.file())
                .with("line", place == null ? null : place.line())
                .with("capability", standing == null ? null : standing.capability().name())
                .with("held", standing == null ? null : standing.held())
                .with("honoured", standing == null ? null : standing.honoured())
                .with("inert", standing == null ? null : standing.inert());
    }

    private static Object program(UnitExplanation.ProgramRun run) {
        ProgramFile file = run.file();
        return members()
                .with("file", run.line().file())
                .with("line", run.line().line())
                .with("setting", run.line().key())
                .with("prefixes", run.command().prefixes())
                .with("path", run.command().program())
                .with(
                        "attribute",
                        file == null || file.capabilities().isEmpty()
                                ? null
                                : "0x" + file.capabilities())
                .with("setuid", file != null && file.setUid())
                .with("setgid", file != null && file.setGid())
                .with("root", run.byRoot())
                .with("noNewPrivs", run.before().noNewPrivs())
                .with("execve", run.execve() == null ? null : execve(run.execve()));
    }

    private static Object execve(Execve execve) {
        Execve.Sum sum = execve.sum();
        CapabilitySet missing =
                execve.outcome() instanceof Execve.Outcome.Refused refused
                        ? refused.missing()
                        : CapabilitySet.EMPTY;
        return members()
                .with("refused", !missing.isEmpty())
                .with("missing", missing.names())
                .with("permitted", sum.permitted().formatHex())
                .with("effective", sum.effective().formatHex())
                .with("fromFile", sum.fromFile().formatHex())
                .with("inherited", sum.inherited().formatHex())
                .with("asRoot", sum.asRoot().formatHex())
                .with("withheld", sum.withheld().formatHex())
                .with("ambient", sum.ambient().formatHex())
                .with("fileUse", Json.word(execve.fileUse()))
                .with("idUse", Json.word(execve.idUse()))
                .with("rootUse", Json.word(execve.rootUse()));
    }

    private static Object settled(UnitExplanation.Settled settled) {
        return members()
                .with("capabilities", settled.capabilities().names())
                .all(rule(settled.rule().row()));
    }

    private static Object drop(UnitExplanation.DropForecast drop) {
        return members()
                .with("capabilities", drop.capabilities().names())
                .with("after", drop.after() == null ? null : drop.after().word())
                .with("status", drop.status() == 0 ? null : drop.status())
                .with("why", drop.why())
                .with("dependants", drop.dependants())
                .all(rule(drop.rule().row()));
    }

    private static Json.Members rule(Rule.Row row) {
        return members()
                .with("rule", row.word())
                .with("source", row.source())
                .with("since", row.since())
                .with("evidence", row.evidence());
    }
}
