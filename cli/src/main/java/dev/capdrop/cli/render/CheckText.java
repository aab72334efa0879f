package dev.capdrop.cli.render;

import static java.util.stream.Collectors.joining;

import dev.capdrop.core.container.LoadError;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.plan.Effect;
import dev.capdrop.core.plan.Outcome;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.unit.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What `check` found, for people: a line a container, and below it a paragraph for each failed
/// unit.
public final class CheckText {
    private final Terminal terminal;

    public CheckText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Writes all of them; the targets stand in one column.
    public void write(List<Checked> all) {
        int width =
                all.stream().mapToInt(c -> terminal.untrusted(c.target()).length()).max().orElse(0);
        all.forEach(checked -> write(checked, width));
    }

    private void write(Checked checked, int width) {
        String target = terminal.untrusted(checked.target());
        terminal.paragraph(
                0,
                4,
                terminal.strong(target) + " ".repeat(width - target.length() + 2) + state(checked));
        if (!checked.problem().isEmpty()) {
            terminal.paragraph(4, terminal.untrusted(checked.problem()));
        }
        if (!checked.journalProblem().isEmpty()) {
            terminal.paragraph(4, terminal.untrusted(checked.journalProblem()));
        }
        if (checked.snapshot() != null) {
            checked.snapshot()
                    .problems()
                    .forEach(p -> terminal.paragraph(4, terminal.untrusted(p)));
        }
        writeFindings(checked.diagnosis().findings());
        writeMasked(checked.diagnosis().masked());
        writeLoadError(checked);
        writeFix(checked);
        writePending(checked);
    }

    private String state(Checked checked) {
        Snapshot snapshot = checked.snapshot();
        if (snapshot == null) {
            return terminal.bad("could not be read");
        }
        Systemd systemd = snapshot.systemd();
        if (systemd != null && systemd.source() == Systemd.Source.FILES) {
            return foreseen(checked);
        }
        if (checked.unanswered() && checked.ofRoot()) {
            return terminal.bad("could not be read");
        }
        if (!snapshot.running()) {
            return "stopped" + stoppedNote(checked);
        }
        if (systemd == null) {
            return terminal.bad("running, units unknown");
        }
        String word = terminal.untrusted(systemd.state());
        int failed = checked.diagnosis().findings().size();
        String painted = failed > 0 ? terminal.bad(word) : terminal.good(word);
        return painted + (failed > 0 ? "  " + failed + " failed" : "");
    }

    private String foreseen(Checked checked) {
        int failed = checked.diagnosis().findings().size();
        return "not running; by its files, at its next boot "
                + (failed == 0
                        ? "no unit is known to fail"
                        : terminal.bad(failed + (failed == 1 ? " unit fails" : " units fail")));
    }

    private static String stoppedNote(Checked checked) {
        if (checked.configured() == null || !checked.configured().loads()) {
            return "";
        }
        return switch (checked.configured().mode()) {
            case NONE -> "  its configuration drops nothing";
            case DROP ->
                    checked.configured().names().isEmpty()
                            ? "  its configuration drops nothing"
                            : "  its configuration drops " + checked.configured().names();
            case KEEP -> "  its configuration keeps only " + checked.configured().names();
        };
    }

    /// What no capability explains comes last, and many units of which nothing else is to be said
    /// share a paragraph.
    private void writeFindings(List<Finding> findings) {
        Map<String, List<String>> unknown = new LinkedHashMap<>();
        for (Finding finding : findings) {
            String sentence = CauseText.sentence(finding.cause());
            switch (finding.cause()) {
                case Cause.InertCapability _ -> write(finding, sentence);
                case Cause.Unknown _ ->
                        unknown.computeIfAbsent(sentence, _ -> new ArrayList<>())
                                .add(finding.unit());
            }
        }
        unknown.forEach((sentence, units) -> {
            terminal.paragraph(2, 2, units.stream().map(terminal::untrusted).collect(joining(" ")));
            terminal.paragraph(6, terminal.untrusted(sentence));
        });
    }

    private void write(Finding finding, String sentence) {
        terminal.paragraph(2, terminal.untrusted(finding.unit()));
        terminal.paragraph(6, terminal.untrusted(sentence));
        for (Setting line : finding.evidence()) {
            terminal.line(
                    "      "
                            + terminal.faint(
                                    terminal.untrusted(
                                            line.file()
                                                    + ":"
                                                    + line.line()
                                                    + ": "
                                                    + line.format())));
        }
        for (Remedy remedy : finding.remedies()) {
            if (remedy.id().equals("mask")) {
                terminal.line(
                        "      "
                                + terminal.faint(
                                        "instead: " + terminal.untrusted(remedy.command())));
            }
        }
    }

    private void writeMasked(List<String> masked) {
        if (!masked.isEmpty()) {
            terminal.paragraph(2, 4, "masked already: " + terminal.names(masked));
        }
    }

    private void writeLoadError(Checked checked) {
        if (checked.configured() != null && checked.configured().error() != null) {
            LoadError error = checked.configured().error();
            terminal.paragraph(
                    2,
                    4,
                    terminal.bad("would not start again:")
                            + " "
                            + terminal.untrusted(error.place() + ": " + error.reason()));
        }
    }

    private void writeFix(Checked checked) {
        Plan plan = checked.plan();
        if (plan == null) {
            return;
        }
        if (!plan.drop().isEmpty()) {
            writeDrop(checked, plan);
        } else if (plan.heals()) {
            terminal.paragraph(
                    2,
                    7,
                    terminal.good("fix:")
                            + " restart it: its configuration already drops what is needed");
        }
        plan.conflicts()
                .forEach(conflict ->
                        terminal.paragraph(2, 4, ConflictText.sentence(terminal, conflict)));
    }

    /// A root directory has no configuration that could be edited.
    private void writeDrop(Checked checked, Plan plan) {
        if (checked.ofRoot()) {
            terminal.fix(
                    "lxc.cap.drop = " + plan.drop(),
                    "in the configuration of its container: " + effect(plan));
        } else {
            terminal.fix(
                    "capdrop apply " + terminal.untrusted(checked.command()),
                    "drops " + plan.drop() + ": " + effect(plan));
        }
    }

    /// What the drop does, in the numbers that one looks for first.
    private static String effect(Plan plan) {
        List<Effect> changes = plan.forecast().changes();
        long skipped = count(changes, e -> failed(e) && e.after() == Outcome.SKIPPED);
        long otherwise = count(changes, e -> failed(e) && e.after() != Outcome.SKIPPED);
        long open =
                count(plan.forecast().undecided(), u -> u.byDrop() && u.before() == Outcome.FAILED);
        long turned = count(changes, e -> e.turnedBy() == Effect.TurnedBy.DROP && !failed(e));
        long kept =
                count(plan.forecast().effects(), e -> e.before() == Outcome.ACTIVE && !e.changes());
        List<String> parts = new ArrayList<>();
        if (skipped > 0) {
            parts.add(failedUnits(skipped) + " will be skipped");
        }
        if (otherwise > 0) {
            parts.add(failedUnits(otherwise) + " will no longer fail");
        }
        if (open > 0) {
            parts.add(failedUnits(open) + " may no longer fail");
        }
        if (turned > 0) {
            parts.add(turned + " more change");
        }
        parts.add(kept + " active ones stay as they are");
        long starts = plan.forecast().unchangedStarts();
        if (starts > 0) {
            parts.add(starts + " are started as without it");
        }
        return String.join(", ", parts);
    }

    private static <T> long count(List<T> all, Predicate<T> counts) {
        return all.stream().filter(counts).count();
    }

    private static boolean failed(Effect effect) {
        return effect.before() == Outcome.FAILED;
    }

    private static String failedUnits(long number) {
        return number + (number == 1 ? " failed unit" : " failed units");
    }

    private void writePending(Checked checked) {
        if (checked.verified() != null) {
            terminal.paragraph(2, 4, "the change that waited for a restart is settled:");
            new ResultText(terminal, 4, checked.command()).write(checked.verified());
        } else if (checked.pending() != null) {
            terminal.paragraph(
                    2,
                    4,
                    PendingText.sentence(checked.pending(), terminal.untrusted(checked.command())));
        }
    }
}
