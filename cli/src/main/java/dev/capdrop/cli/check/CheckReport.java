package dev.capdrop.cli.check;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.cli.drop.JsonReports;
import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.cli.drop.SinceDropText;
import dev.capdrop.cli.render.Json;
import dev.capdrop.core.change.Change.Result;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitDetail;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Makes JSON of containers and their findings (docs/reference/json.md). Fields may only be added.
final class CheckReport {
    private static final int EXITED = 1;

    public static Object check(List<Checked> all) {
        return checks(all.stream().map(checked -> checked(null, checked)).toList());
    }

    /// Returns `capdrop/check/1` of several [#checked].
    public static Object checks(List<?> containers) {
        return object("schema", "capdrop/check/1", "containers", containers);
    }

    /// Returns the part about one container; `file` is its recording, or null.
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
                .with("configured", configured == null ? null : JsonReports.configured(configured))
                .with("findings", findings(snapshot, forecast ? List.of() : found))
                .with("forecast", findings(snapshot, forecast ? found : List.of()))
                .with("unsettled", findings(snapshot, checked.diagnosis().unsettled()))
                .text("emergency", checked.diagnosis().emergency())
                .with("masked", checked.diagnosis().masked())
                .with("drop", plan == null ? List.of() : plan.drop().names())
                .with("conflicts", plan == null ? List.of() : JsonReports.conflicts(plan))
                .orNull("pending", checked.change().pending(), it -> Json.word(it.phase()))
                .text("underWay", checked.change().holder())
                .with("verified", verified(checked.change().verified()))
                .text("problem", checked.problem())
                .text("journalProblem", checked.change().problem())
                .with("problems", snapshot == null ? List.of() : snapshot.problems())
                .with("guest", guest(checked.guest()))
                .with("nextStart", NextStartText.report(checked.nextStart()))
                .with("sinceDrop", SinceDropText.report(checked.sinceDrop()))
                .with("policy", PolicyText.report(checked.policy()))
                .list("remarks", checked.remarks(), ConfigRemark::report);
    }

    /// Returns a fact about its PID 1; null where that is not known.
    private static @Nullable Object known(@Nullable Init init, Function<Init, Object> what) {
        return init == null ? null : what.apply(init);
    }

    private static @Nullable Object guest(@Nullable ProxmoxGuest guest) {
        return guest == null
                ? null
                : members()
                        .with("vmid", guest.vmid())
                        .with("node", guest.place().node())
                        .with("here", guest.place().here())
                        .with("hostname", guest.hostname())
                        .with("tags", guest.tags())
                        .with("template", guest.template())
                        .with("lock", guest.lock())
                        .with(
                                "startupOrder",
                                guest.startupOrder() == ProxmoxGuest.LAST
                                        ? null
                                        : guest.startupOrder())
                        .with("haManaged", guest.haManaged());
    }

    private static List<Object> findings(@Nullable Snapshot snapshot, List<Finding> findings) {
        return snapshot == null
                ? List.of()
                : findings.stream()
                        .map(finding -> finding(new RemedyText(snapshot), finding))
                        .toList();
    }

    private static @Nullable Object verified(@Nullable Result result) {
        return result == null
                ? null
                : members()
                        .with("phase", Json.word(result.entry().phase()))
                        .with("outcome", result.entry().outcome())
                        .all(JsonReports.verified(result.verification()));
    }

    private static Object finding(RemedyText words, Finding finding) {
        UnitDetail.Exit exit = finding.exit();
        return members()
                .with("unit", finding.unit())
                .with("cause", CauseText.id(finding.cause()))
                .with("class", String.valueOf(finding.cause().failureClass().letter()))
                .with("capabilities", finding.cause().inert().names())
                .with("text", CauseText.sentence(finding.cause()))
                .with("result", exit == null ? null : exit.result())
                .with("exitStatus", status(exit, true))
                .with("signal", status(exit, false))
                .with("restarts", exit == null ? 0 : exit.restarts())
                .list("evidence", finding.evidence(), JsonReports::evidence)
                .with("log", finding.log())
                .with("victims", finding.victims())
                .list("remedies", finding.remedies(), remedy -> remedy(words, remedy));
    }

    /// Returns the status; null where it did not end that way.
    private static @Nullable Integer status(UnitDetail.@Nullable Exit exit, boolean byExit) {
        boolean ended = exit != null && exit.code() > 0;
        return exit != null && ended && (exit.code() == EXITED) == byExit ? exit.status() : null;
    }

    private static Object remedy(RemedyText words, Remedy remedy) {
        return members()
                .with("id", remedy.id())
                .with("text", RemedyText.text(remedy))
                .with("command", words.command(remedy))
                .with("cost", Json.word(remedy.cost()))
                .with("opens", remedy.opens());
    }

    /// The recording of a container: its file, or else the problem.
    public record Recorded(String target, @Nullable Path file, @Nullable String problem) {}

    public static Object recorded(List<Recorded> all) {
        return document("capdrop/snapshot-all/1")
                .list(
                        "containers",
                        all,
                        recorded ->
                                members()
                                        .with("target", recorded.target())
                                        .orNull("file", recorded.file(), it -> it.toString())
                                        .with("problem", recorded.problem()));
    }
}
