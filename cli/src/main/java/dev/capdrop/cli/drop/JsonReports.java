package dev.capdrop.cli.drop;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.cli.render.Json;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Mismatch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the parts of reports that several commands have, as trees for JSON
/// (docs/reference/json.md). Fields may only be added.
public final class JsonReports {
    private static final Map<String, @Nullable Object> UNVERIFIED =
            members()
                    .with("verdict", null)
                    .with("state", null)
                    .with("predicted", 0)
                    .with("matched", 0)
                    .with("mismatches", List.of());

    private JsonReports() {}

    /// Returns `capdrop/plan/1`, with the next start without the plan, and `apply`'s decision.
    public static Object plan(
            String target,
            Plan plan,
            StartReview next,
            Decision decision,
            List<SinceDropText> sinceDrop) {
        Map<String, @Nullable Object> report = plan(target, plan);
        report.put("nextStart", NextStartText.Report.of(next));
        report.put("sinceDrop", SinceDropText.report(sinceDrop));
        report.put(
                "decision",
                switch (decision) {
                    case Decision.Ready _ -> "change";
                    case Decision.Idle _ -> "nothing";
                    case Decision.LeftOut _ -> "refuse";
                });
        report.put("refusal", decision instanceof Decision.LeftOut left ? left.sentence() : null);
        return report;
    }

    /// Returns `capdrop/plan/1`.
    public static Map<String, @Nullable Object> plan(String target, Plan plan) {
        return members()
                .with("schema", "capdrop/plan/1")
                .with("target", target)
                .with("goal", plan.goal().word())
                .with("drop", plan.drop().names())
                .with("remedy", remedy(plan))
                .with("bounding", plan.bounding().formatHex())
                .with(
                        "reasons",
                        plan.weighing().reasons().stream()
                                .map(r ->
                                        members()
                                                .with("capability", r.capability().name())
                                                .with("units", r.units())
                                                .with("named", r.named())
                                                .with("text", r.text()))
                                .toList())
                .with("kept", plan.weighing().kept().stream().map(JsonReports::kept).toList())
                .with(
                        "effects",
                        plan.forecast().changes().stream().map(JsonReports::effect).toList())
                .with("unchanged", (int) plan.forecast().unchanged())
                .with("unchangedStarts", (int) plan.forecast().unchangedStarts())
                .with(
                        "undecided",
                        plan.forecast().undecided().stream().map(JsonReports::undecided).toList())
                .with(
                        "lostByRestart",
                        plan.forecast().lostByRestart().stream()
                                .map(l -> object("unit", l.unit(), "why", l.why()))
                                .toList())
                .with(
                        "idleTriggers",
                        plan.forecast().idleTriggers().stream()
                                .map(i ->
                                        object(
                                                "unit",
                                                i.unit(),
                                                "starts",
                                                i.starts(),
                                                "why",
                                                i.why()))
                                .toList())
                .with("conflicts", conflicts(plan))
                .with("waiting", plan.remarks().waiting())
                .with("unseen", plan.remarks().unseen())
                .with("doesNotBoot", plan.forecast().boots() ? null : plan.forecast().obstacle())
                .with(
                        "noForecast",
                        plan.remarks().blind().isEmpty() ? null : plan.remarks().blind())
                .with("diff", plan.edit() == null ? null : diff(plan.edit()));
    }

    public static Object effect(Effect e) {
        return object(
                "unit", e.unit(),
                "before", e.before().word(),
                "after", e.after().word(),
                "status", e.status() == 0 ? null : e.status(),
                "turnedBy", Json.word(e.turnedBy()),
                "why", e.why(),
                "rule", e.rule().row().word());
    }

    public static Object undecided(Undecided u) {
        return object(
                "unit", u.unit(),
                "before", u.before().word(),
                "byDrop", u.byDrop(),
                "capabilities", u.capabilities().names(),
                "why", u.why(),
                "settledBy", u.settledBy(),
                "rule", u.rule().row().word());
    }

    private static Object kept(Kept kept) {
        return object(
                "capability", kept.capability().name(),
                "by", kept.by().word(),
                "who", kept.who(),
                "text", kept.why());
    }

    public static String diff(ConfigEdit edit) {
        return edit.changes() ? String.join("\n", UnifiedDiff.lines(edit)) + "\n" : "";
    }

    public static List<Object> conflicts(Plan plan) {
        return plan.conflicts().stream().map(JsonReports::conflict).toList();
    }

    private static Object conflict(Conflict conflict) {
        return object(
                "capabilities", conflict.capabilities().names(),
                "heals", conflict.heals(),
                "loses", conflict.loses(),
                "dropped", conflict.dropped(),
                "constraints",
                        conflict.constraints().stream().map(JsonReports::constraint).toList());
    }

    private static Object constraint(Conflict.Constraint constraint) {
        String kind =
                switch (constraint) {
                    case Conflict.Constraint.Heal _ -> "heal";
                    case Conflict.Constraint.Keep _ -> "keep";
                    case Conflict.Constraint.Drop _ -> "drop";
                    case Conflict.Constraint.Work _ -> "work";
                };
        return object("kind", kind, "name", constraint.name());
    }

    /// Returns a comparison with the forecast as fields; of null they say that there was none.
    public static Map<String, @Nullable Object> verified(@Nullable Verification verification) {
        if (verification == null) {
            return UNVERIFIED;
        }
        return object(
                "verdict", verification.verdict().word(),
                "state", verification.state(),
                "predicted", verification.definite(),
                "matched", verification.matched(),
                "mismatches",
                        verification.mismatches().stream().map(JsonReports::mismatch).toList());
    }

    private static Object mismatch(Mismatch mismatch) {
        return object(
                "unit", mismatch.unit(),
                "predicted", mismatch.forecast().word(),
                "actual", mismatch.actual().word(),
                "byDrop", mismatch.byDrop(),
                "why", mismatch.why());
    }

    /// Returns the word for the remedy that a change is; null where it is a drop.
    public static @Nullable String remedy(JournalEntry entry) {
        return entry.edit().nesting() ? "nesting" : null;
    }

    private static @Nullable Object remedy(Plan plan) {
        Plan.Widening widening = plan.widening();
        return widening == null
                ? null
                : object(
                        "id", widening.remedy().id(),
                        "units", widening.units(),
                        "opens", widening.opens(),
                        "refusal", widening.refusal().isEmpty() ? null : widening.refusal());
    }

    /// Returns the effect of a configuration as fields.
    public static Object configured(EffectiveCapabilities configured) {
        return object(
                "loads", configured.loads(),
                "mode", mode(configured),
                "names", configured.names().names(),
                "error", error(configured.error()));
    }

    /// Returns the key that a configuration counts by: `drop` or `keep`.
    public static String mode(EffectiveCapabilities configured) {
        return switch (configured.mode()) {
            case NONE, DROP -> "drop";
            case KEEP -> "keep";
        };
    }

    /// Returns the line that keeps a configuration from being loaded; null where it loads.
    public static @Nullable Object error(@Nullable LoadError error) {
        return error == null
                ? null
                : object(
                        "file", error.file(),
                        "line", error.line(),
                        "text", error.text(),
                        "reason", error.reason());
    }

    /// Returns a line of a unit file.
    public static Object evidence(Setting line) {
        return object("file", line.file(), "line", line.line(), "text", line.format());
    }
}
