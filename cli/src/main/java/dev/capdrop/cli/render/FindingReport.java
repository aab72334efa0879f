package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.snapshot.UnitDetail;
import org.jspecify.annotations.Nullable;

/// A finding as a tree for [Json].
final class FindingReport {
    private static final int EXITED = 1;

    private FindingReport() {}

    static Object of(RemedyText words, Finding finding) {
        UnitDetail.Exit exit = finding.exit();
        return object(
                "unit", finding.unit(),
                "cause", CauseText.id(finding.cause()),
                "class", String.valueOf(finding.cause().failureClass().letter()),
                "capabilities", finding.cause().inert().names(),
                "text", CauseText.sentence(finding.cause()),
                "result", exit == null ? null : exit.result(),
                "exitStatus", status(exit, true),
                "signal", status(exit, false),
                "restarts", exit == null ? 0 : exit.restarts(),
                "evidence", finding.evidence().stream().map(JsonReports::evidence).toList(),
                "log", finding.log(),
                "victims", finding.victims(),
                "remedies",
                        finding.remedies().stream().map(remedy -> remedy(words, remedy)).toList());
    }

    /// Returns the status; null where it did not end that way.
    private static @Nullable Integer status(UnitDetail.@Nullable Exit exit, boolean byExit) {
        boolean ended = exit != null && exit.code() > 0;
        return exit != null && ended && (exit.code() == EXITED) == byExit ? exit.status() : null;
    }

    private static Object remedy(RemedyText words, Remedy remedy) {
        return object(
                "id", remedy.id(),
                "text", RemedyText.text(remedy),
                "command", words.command(remedy),
                "cost", JsonReports.word(remedy.cost()),
                "opens", remedy.opens());
    }
}
