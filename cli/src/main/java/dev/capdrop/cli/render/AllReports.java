package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.cli.render.AllPlanned.Container;
import dev.capdrop.core.change.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The changes of a whole host as trees for [Json].
public final class AllReports {
    private AllReports() {}

    /// `capdrop/plan-all/1`.
    public static Object plan(AllPlanned all) {
        return planned("capdrop/plan-all/1", all);
    }

    /// `capdrop/apply-all/1`.
    ///
    /// @param done null when nothing was begun
    public static Object apply(AllPlanned all, @Nullable AllDone done) {
        return ended(JsonReports::applied, planned("capdrop/apply-all/1", all), done);
    }

    /// `capdrop/undo-all/1`.
    ///
    /// @param done null when nothing was begun
    public static Object undo(@Nullable AllDone done) {
        return ended(
                result -> JsonReports.result("capdrop/undo/1", result),
                object("schema", "capdrop/undo-all/1"),
                done);
    }

    private static Object ended(
            Function<Result, Object> result,
            Map<String, @Nullable Object> report,
            @Nullable AllDone done) {
        List<Object> results = new ArrayList<>();
        List<Object> failed = new ArrayList<>();
        List<Object> left = new ArrayList<>();
        for (AllDone.Ended ended : done == null ? List.<AllDone.Ended>of() : done.ended()) {
            switch (ended) {
                case AllDone.Changed changed -> results.add(result.apply(changed.result()));
                case AllDone.Failed one -> failed.add(reasoned(one.container(), one.outcome()));
                case AllDone.Left one -> left.add(reasoned(one.container(), one.outcome()));
            }
        }
        report.put("results", results);
        report.put("failed", failed);
        report.put("left", left);
        report.put("notBegun", done == null ? List.of() : targets(done.notBegun()));
        report.put("stoppedBy", stop(done));
        return report;
    }

    private static @Nullable String stop(@Nullable AllDone done) {
        return done == null || done.stop() == null ? null : JsonReports.word(done.stop());
    }

    private static Map<String, @Nullable Object> planned(String schema, AllPlanned all) {
        return object(
                "schema", schema,
                "planned",
                        all.planned().stream()
                                .map(p -> JsonReports.plan(p.container().target(), p.plan()))
                                .toList(),
                "skipped",
                        all.skipped().stream()
                                .map(s -> reasoned(s.container(), s.reason()))
                                .toList(),
                "nothingToDo", targets(all.idle()));
    }

    private static Object reasoned(Container container, String reason) {
        return object("target", container.target(), "node", container.node(), "reason", reason);
    }

    private static List<String> targets(List<Container> containers) {
        return containers.stream().map(Container::target).toList();
    }
}
