package dev.capdrop.cli.drop;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.cli.render.Json;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.forecast.EngineEffect;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.verification.Verification;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Makes parts of reports as trees for JSON (docs/reference/json.md). Fields may only be added.
public final class JsonReports {
    private JsonReports() {}

    /// Returns `capdrop/plan/1`, with the next start without the plan, and `apply`'s decision.
    public static Object plan(
            String target,
            Plan plan,
            StartReview next,
            Decision decision,
            List<SinceDropText> sinceDrop) {
        return plan(target, plan)
                .with("nextStart", NextStartText.report(next))
                .with("sinceDrop", SinceDropText.report(sinceDrop))
                .with(
                        "decision",
                        switch (decision) {
                            case Decision.Ready _ -> "change";
                            case Decision.Idle _ -> "nothing";
                            case Decision.LeftOut _ -> "refuse";
                        })
                .with(
                        "refusal",
                        decision instanceof Decision.LeftOut left ? left.sentence() : null);
    }

    public static Json.Members plan(String target, Plan plan) {
        return document("capdrop/plan/1")
                .with("target", target)
                .with("goal", plan.goal().word())
                .with("drop", plan.drop().names())
                .with("remedy", remedy(plan))
                .with("bounding", plan.bounding().formatHex())
                .list(
                        "reasons",
                        plan.weighing().reasons(),
                        r ->
                                members()
                                        .with("capability", r.capability().name())
                                        .with("units", r.units())
                                        .with("named", r.named())
                                        .with("text", r.text()))
                .list("kept", plan.weighing().kept(), JsonReports::kept)
                .list("effects", plan.forecast().changes(), JsonReports::effect)
                .with("unchanged", (int) plan.forecast().unchanged())
                .with("unchangedStarts", (int) plan.forecast().unchangedStarts())
                .list("undecided", plan.forecast().undecided(), JsonReports::undecided)
                .list(
                        "lostByRestart",
                        plan.forecast().lostByRestart(),
                        l -> object("unit", l.unit(), "why", l.why()))
                .list(
                        "idleTriggers",
                        plan.forecast().idleTriggers(),
                        i ->
                                members()
                                        .with("unit", i.unit())
                                        .with("starts", i.starts())
                                        .with("why", i.why()))
                .list("engineContainers", plan.forecast().engines(), JsonReports::engine)
                .with("conflicts", conflicts(plan))
                .with("waiting", plan.remarks().waiting())
                .with("unseen", plan.remarks().unseen())
                .with("afterwards", plan.remarks().afterwards())
                .with("doesNotBoot", plan.forecast().boots() ? null : plan.forecast().obstacle())
                .text("noForecast", plan.remarks().blind())
                .with("diff", plan.edit() == null ? null : diff(plan.edit()));
    }

    public static Object effect(Effect e) {
        return members()
                .with("unit", e.unit())
                .with("before", e.before().word())
                .with("after", e.after().word())
                .with("status", e.status() == 0 ? null : e.status())
                .with("turnedBy", Json.word(e.turnedBy()))
                .with("why", e.why())
                .with("rule", e.rule().row().word());
    }

    public static Object undecided(Undecided u) {
        return members()
                .with("unit", u.unit())
                .with("before", u.before().word())
                .with("byDrop", u.byDrop())
                .with("capabilities", u.capabilities().names())
                .with("why", u.why())
                .with("settledBy", u.settledBy())
                .with("rule", u.rule().row().word());
    }

    private static Object engine(EngineEffect effect) {
        return members()
                .with("name", effect.name())
                .with("fate", Json.word(effect.fate()))
                .with("capabilities", effect.capabilities().names())
                .with("source", effect.source())
                .with("why", effect.why())
                .text("settledBy", effect.settledBy());
    }

    private static Object kept(Plan.Kept kept) {
        return members()
                .with("capability", kept.capability().name())
                .with("by", kept.by().word())
                .with("who", kept.who())
                .with("text", kept.why());
    }

    public static String diff(ConfigEdit edit) {
        return edit.changes() ? String.join("\n", PlanText.diff(edit)) + "\n" : "";
    }

    public static List<Object> conflicts(Plan plan) {
        return plan.conflicts().stream().map(JsonReports::conflict).toList();
    }

    private static Object conflict(Plan.Conflict conflict) {
        return members()
                .with("capabilities", conflict.capabilities().names())
                .with("heals", conflict.heals())
                .with("loses", conflict.loses())
                .with("dropped", conflict.dropped())
                .list("constraints", conflict.constraints(), JsonReports::constraint);
    }

    private static Object constraint(Plan.Conflict.Constraint constraint) {
        return object("kind", Json.word(constraint.kind()), "name", constraint.name());
    }

    /// Returns a comparison with the forecast as fields; of null they say that there was none.
    public static Json.Members verified(@Nullable Verification verification) {
        List<Verification.Mismatch> mismatches =
                verification == null ? List.of() : verification.mismatches();
        return members()
                .orNull("verdict", verification, it -> it.verdict().word())
                .orNull("state", verification, Verification::state)
                .with("predicted", verification == null ? 0 : verification.definite())
                .with("matched", verification == null ? 0 : verification.matched())
                .list("mismatches", mismatches, JsonReports::mismatch);
    }

    private static Object mismatch(Verification.Mismatch mismatch) {
        return members()
                .with("unit", mismatch.unit())
                .with("predicted", mismatch.forecast().word())
                .with("actual", mismatch.actual().word())
                .with("byDrop", mismatch.byDrop())
                .with("why", mismatch.why());
    }

    /// Returns the word for the remedy that a change is; null where it is a drop.
    public static @Nullable String remedy(JournalEntry entry) {
        return entry.edit().nesting() ? "nesting" : null;
    }

    private static @Nullable Object remedy(Plan plan) {
        Plan.Widening widening = plan.widening();
        return widening == null
                ? null
                : members()
                        .with("id", widening.remedy().id())
                        .with("units", widening.units())
                        .with("opens", widening.opens())
                        .text("refusal", widening.refusal());
    }

    public static Object configured(EffectiveCapabilities configured) {
        return members()
                .with("loads", configured.loads())
                .with("mode", mode(configured))
                .with("names", configured.names().names())
                .with("error", error(configured.error()));
    }

    /// Returns the key that a configuration counts by: `drop` or `keep`.
    public static String mode(EffectiveCapabilities configured) {
        return switch (configured.mode()) {
            case NONE, DROP -> "drop";
            case KEEP -> "keep";
        };
    }

    /// Returns the line that keeps a configuration from being loaded; null where it loads.
    public static @Nullable Object error(EffectiveCapabilities.@Nullable LoadError error) {
        return error == null
                ? null
                : members()
                        .at(error.file(), error.line(), error.text())
                        .with("reason", error.reason());
    }

    public static Object evidence(Setting line) {
        return members().at(line.file(), line.line(), line.format());
    }
}
