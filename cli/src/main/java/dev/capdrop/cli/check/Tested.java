package dev.capdrop.cli.check;

import dev.capdrop.core.snapshot.Snapshot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// One container as a CI system sees it.
///
/// @param source its recording, or else its configuration; null when neither is known
/// @param forecast whether the findings are of its next start, because it does not run
/// @param why the reason why it could not be judged; empty when it could
record Tested(
        String target,
        @Nullable String source,
        Outcome outcome,
        boolean forecast,
        String why,
        List<CheckFinding> findings,
        List<Note> notes) {
    /// A finding that does not count, and why somebody accepts it; empty where it is a remark.
    record Note(CheckFinding finding, String accepted) {}

    public enum Outcome {
        JUDGED,
        /// The container has no systemd and nobody asked for it by name.
        PASSED_OVER,
        NOT_READ
    }

    /// Returns the result of a check; `file` is its recording, or null.
    public static Tested of(@Nullable String file, Checked checked, boolean named) {
        String source =
                file != null || checked.snapshot() == null
                        ? file
                        : checked.snapshot().subject().configPath();
        Outcome outcome =
                !checked.unanswered()
                        ? Outcome.JUDGED
                        : checked.withoutSystemd() && !named
                                ? Outcome.PASSED_OVER
                                : Outcome.NOT_READ;
        return new Tested(
                checked.target(),
                source == null || source.isEmpty() ? null : source,
                outcome,
                checked.isForecast(),
                outcome == Outcome.JUDGED ? "" : why(checked),
                CheckFinding.all(checked),
                notes(checked));
    }

    private static List<Note> notes(Checked checked) {
        List<Note> notes = new ArrayList<>();
        for (PolicyReview.Accepted one : checked.policy().accepted()) {
            CheckFinding finding = CheckFinding.accepted(checked, one);
            notes.add(new Note(finding, one.by().reason() + " (until " + one.by().until() + ")"));
        }
        CheckFinding.remarks(checked).forEach(remark -> notes.add(new Note(remark, "")));
        return notes;
    }

    private static String why(Checked checked) {
        if (!checked.problem().isEmpty()) {
            return checked.problem();
        }
        if (!checked.change().problem().isEmpty()) {
            return checked.change().problem();
        }
        Snapshot snapshot = checked.snapshot();
        return snapshot == null || snapshot.problems().isEmpty()
                ? "its units could not be read"
                : snapshot.problems().getFirst();
    }

    static String sentence(CheckFinding finding) {
        String text =
                finding.unit().isEmpty() ? finding.text() : finding.unit() + " " + finding.text();
        String remedy = finding.remedy().isEmpty() ? "" : "; fix: " + finding.remedy();
        return finding.command().isEmpty()
                ? text + remedy
                : text + (remedy.isEmpty() ? "; fix" : remedy) + ": " + finding.command();
    }
}
