package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.Result;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Finding;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.StartReview;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Mismatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes the reports as trees for [Json] (docs/reference/json.md). Fields may only be added.
public final class JsonReports {
    private static final Map<String, @Nullable Object> UNVERIFIED =
            members()
                    .with("verdict", null)
                    .with("state", null)
                    .with("predicted", 0)
                    .with("matched", 0)
                    .with("mismatches", List.of());

    private JsonReports() {}

    /// Returns `capdrop/check/1`.
    public static Object check(List<Checked> all) {
        return checks(all.stream().map(checked -> checked(null, checked)).toList());
    }

    /// Returns `capdrop/check/1` of several [#checked].
    public static Object checks(List<?> containers) {
        return object("schema", "capdrop/check/1", "containers", containers);
    }

    /// Returns the part of `capdrop/check/1` about one container, and its recording or null.
    public static Map<String, @Nullable Object> checked(@Nullable String file, Checked checked) {
        Snapshot snapshot = checked.snapshot();
        Init init = snapshot == null ? null : snapshot.init();
        EffectiveCapabilities configured = checked.configured();
        Plan plan = checked.plan();
        List<Finding> found = checked.diagnosis().findings();
        boolean forecast = checked.isForecast();
        return members()
                .with("target", checked.target())
                .with("file", file)
                .with("name", snapshot == null ? null : snapshot.subject().name())
                .with("runtime", snapshot == null ? null : snapshot.subject().prefix())
                .with("running", snapshot != null && snapshot.running())
                .with("state", snapshot != null && snapshot.observed() ? snapshot.state() : null)
                .with("unprivileged", known(init, Init::unprivileged))
                .with("bounding", known(init, known -> known.bounding().formatHex()))
                .with("configured", configured == null ? null : configured(configured))
                .with("findings", findings(snapshot, forecast ? List.of() : found))
                .with("forecast", findings(snapshot, forecast ? found : List.of()))
                .with("unsettled", findings(snapshot, checked.diagnosis().unsettled()))
                .with(
                        "emergency",
                        checked.diagnosis().emergency().isEmpty()
                                ? null
                                : checked.diagnosis().emergency())
                .with("masked", checked.diagnosis().masked())
                .with("drop", plan == null ? List.of() : plan.drop().names())
                .with("conflicts", plan == null ? List.of() : conflicts(plan))
                .with(
                        "pending",
                        checked.change().pending() == null
                                ? null
                                : word(checked.change().pending().phase()))
                .with(
                        "underWay",
                        checked.change().holder().isEmpty() ? null : checked.change().holder())
                .with("verified", verified(checked.change().verified()))
                .with("problem", checked.problem().isEmpty() ? null : checked.problem())
                .with(
                        "journalProblem",
                        checked.change().problem().isEmpty() ? null : checked.change().problem())
                .with("problems", snapshot == null ? List.of() : snapshot.problems())
                .with("guest", guest(checked.guest()))
                .with("nextStart", NextStartReport.of(checked.nextStart()))
                .with("sinceDrop", SinceDropText.report(checked.sinceDrop()));
    }

    /// Returns a fact about its PID 1; null where that is not known.
    private static @Nullable Object known(@Nullable Init init, Function<Init, Object> what) {
        return init == null ? null : what.apply(init);
    }

    private static @Nullable Object guest(@Nullable ProxmoxGuest guest) {
        return guest == null
                ? null
                : object(
                        "vmid", guest.vmid(),
                        "node", guest.place().node(),
                        "here", guest.place().here(),
                        "hostname", guest.hostname(),
                        "tags", guest.tags(),
                        "template", guest.template(),
                        "lock", guest.lock(),
                        "startupOrder",
                                guest.startupOrder() == ProxmoxGuest.LAST
                                        ? null
                                        : guest.startupOrder(),
                        "haManaged", guest.haManaged());
    }

    static Object configured(EffectiveCapabilities configured) {
        return object(
                "loads", configured.loads(),
                "mode", mode(configured),
                "names", configured.names().names(),
                "error", error(configured.error()));
    }

    static String mode(EffectiveCapabilities configured) {
        return switch (configured.mode()) {
            case NONE, DROP -> "drop";
            case KEEP -> "keep";
        };
    }

    static @Nullable Object error(@Nullable LoadError error) {
        return error == null
                ? null
                : object(
                        "file", error.file(),
                        "line", error.line(),
                        "text", error.text(),
                        "reason", error.reason());
    }

    private static List<Object> findings(@Nullable Snapshot snapshot, List<Finding> findings) {
        return snapshot == null
                ? List.of()
                : findings.stream()
                        .map(finding -> FindingReport.of(new RemedyText(snapshot), finding))
                        .toList();
    }

    static Object evidence(Setting line) {
        return object("file", line.file(), "line", line.line(), "text", line.format());
    }

    /// Returns `capdrop/plan/1`, with the next start without the plan, and `apply`'s decision.
    public static Object plan(
            String target,
            Plan plan,
            StartReview next,
            Decision decision,
            List<SinceDropText> sinceDrop) {
        Map<String, @Nullable Object> report = plan(target, plan);
        report.put("nextStart", NextStartReport.of(next));
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

    static Object effect(Effect e) {
        return object(
                "unit", e.unit(),
                "before", e.before().word(),
                "after", e.after().word(),
                "status", e.status() == 0 ? null : e.status(),
                "turnedBy", word(e.turnedBy()),
                "why", e.why(),
                "rule", e.rule().row().word());
    }

    static Object undecided(Undecided u) {
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

    static String diff(ConfigEdit edit) {
        return edit.changes() ? String.join("\n", UnifiedDiff.lines(edit)) + "\n" : "";
    }

    private static List<Object> conflicts(Plan plan) {
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

    private static @Nullable Object verified(@Nullable Result result) {
        if (result == null) {
            return null;
        }
        Map<String, @Nullable Object> verified =
                object(
                        "phase", word(result.entry().phase()),
                        "outcome", result.entry().outcome());
        verified.putAll(verified(result.verification()));
        return verified;
    }

    /// Returns a comparison with the forecast as fields; of null they say that there was none.
    static Map<String, @Nullable Object> verified(@Nullable Verification verification) {
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

    /// Returns an enum's constant as JSON has it: lower case, words joined by `-`.
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The recording of a container.
    ///
    /// @param file null when it was not recorded
    /// @param problem why it was not, one sentence; null when it was
    public record Recorded(String target, @Nullable Path file, @Nullable String problem) {}

    /// Returns `capdrop/snapshot-all/1`.
    public static Object recorded(List<Recorded> all) {
        return members()
                .with("schema", "capdrop/snapshot-all/1")
                .with(
                        "containers",
                        all.stream()
                                .map(recorded ->
                                        object(
                                                "target", recorded.target(),
                                                "file",
                                                        recorded.file() == null
                                                                ? null
                                                                : recorded.file().toString(),
                                                "problem", recorded.problem()))
                                .toList());
    }

    /// Returns the word for the remedy that a change is; null where it is a drop.
    static @Nullable String remedy(JournalEntry entry) {
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
}
