package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The changes of a whole host as trees for [Json].
public final class AllReports {
    private AllReports() {}

    /// `capdrop/plan-all/1`.
    public static Object plan(AllPlanned all) {
        return object(
                "schema", "capdrop/plan-all/1",
                "planned", planned(all),
                "skipped", skipped(all),
                "nothingToDo", all.idle());
    }

    /// `capdrop/apply-all/1`.
    ///
    /// @param done null when nothing was begun
    public static Object apply(AllPlanned all, @Nullable AllDone done) {
        return object(
                "schema",
                "capdrop/apply-all/1",
                "planned",
                planned(all),
                "skipped",
                skipped(all),
                "nothingToDo",
                all.idle(),
                "results",
                done == null
                        ? List.of()
                        : done.ended().stream()
                                .filter(e -> e.result() != null)
                                .map(e -> JsonReports.result("capdrop/apply/1", e.result()))
                                .toList(),
                "failed",
                done == null
                        ? List.of()
                        : done.ended().stream()
                                .filter(e -> e.result() == null)
                                .map(e -> object("target", e.target(), "problem", e.problem()))
                                .toList(),
                "notBegun",
                done == null ? List.of() : done.notBegun());
    }

    private static Object planned(AllPlanned all) {
        return all.planned().stream()
                .map(p -> object("target", p.target(), "drop", p.plan().drop().names()))
                .toList();
    }

    private static Object skipped(AllPlanned all) {
        return all.skipped().stream()
                .map(s -> object("target", s.target(), "reason", s.reason()))
                .toList();
    }
}
