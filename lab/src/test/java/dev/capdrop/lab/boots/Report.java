package dev.capdrop.lab.boots;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.snapshot.Snapshot;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Counts the forecasts over all recorded images, and prints the counts as tables of Markdown.
final class Report {
    private static final int JOURNAL_WIDTH = 160;
    private static final int COLUMNS = 11;

    private final Map<String, List<Judgement>> byImage = new TreeMap<>();
    private final Map<String, Integer> fickle = new TreeMap<>();

    private Report() {}

    /// Judges what is recorded of each image.
    static Report of(List<Recorded> images) {
        Report report = new Report();
        for (Recorded image : images) {
            report.add(image, new Judge(image));
        }
        return report;
    }

    /// Judges forecasts that are made from something else than the recorded baselines.
    ///
    /// @param sources what they are made from, by the images' names
    static Report of(List<Recorded> images, Map<String, Snapshot> sources) {
        Report report = new Report();
        for (Recorded image : images) {
            Snapshot source = requireNonNull(sources.get(image.image()));
            report.add(image, new Judge(image, source));
        }
        return report;
    }

    private void add(Recorded image, Judge judge) {
        byImage.put(image.image(), judge.judge(image.boots()));
        fickle.put(image.image(), judge.fickle().size());
    }

    void print(PrintStream out) {
        out.println(
                "| image | boots | changes | forecast | undecided | undecided anyway | surprises |"
                        + " definite forecasts | wrong | left undecided | left undecided anyway"
                        + " | fickle |");
        out.println("|---" + "|--:".repeat(COLUMNS) + "|");
        List<Judgement> all = new ArrayList<>();
        byImage.forEach((image, judgements) -> {
            all.addAll(judgements);
            out.println(row(image, judgements, fickle.get(image)));
        });
        out.println(row("all", all, fickle.values().stream().mapToInt(n -> n).sum()));
        out.println();
        printOpen(out);
    }

    private static String row(String name, List<Judgement> judgements, @Nullable Integer fickle) {
        long changes = judgements.stream().mapToLong(j -> j.changes().size()).sum();
        return ("| %s" + " | %d".repeat(COLUMNS) + " |")
                .formatted(
                        name,
                        judgements.size(),
                        changes,
                        count(judgements, Change.Verdict.FORECAST),
                        count(judgements, Change.Verdict.UNDECIDED),
                        count(judgements, Change.Verdict.UNDECIDED_ANYWAY),
                        count(judgements, Change.Verdict.SURPRISE),
                        judgements.stream().mapToLong(Judgement::definite).sum(),
                        judgements.stream().mapToLong(j -> j.wrong().size()).sum(),
                        judgements.stream().mapToLong(j -> j.undecided().size()).sum(),
                        judgements.stream().mapToLong(Judgement::undecidedAnyway).sum(),
                        fickle);
    }

    private static long count(List<Judgement> judgements, Change.Verdict verdict) {
        return judgements.stream().mapToLong(j -> j.count(verdict)).sum();
    }

    /// How many units each single drop leaves undecided, and how many of these do change.
    private void printOpen(PrintStream out) {
        out.println("| dropped | " + String.join(" | ", byImage.keySet()) + " |");
        out.println("|---|" + "--:|".repeat(byImage.size()));
        for (Capability capability : CapabilitySet.upTo(40)) {
            StringBuilder row = new StringBuilder("| " + capability.name() + " |");
            for (List<Judgement> judgements : byImage.values()) {
                row.append(' ').append(open(judgements, "drop-" + capability.name())).append(" |");
            }
            out.println(row);
        }
    }

    private static String open(List<Judgement> judgements, String boot) {
        for (Judgement one : judgements) {
            if (one.boot().name().equals(boot)) {
                long changed = one.count(Change.Verdict.UNDECIDED);
                return one.undecided().size() + (changed == 0 ? "" : " (" + changed + ")");
            }
        }
        return "–";
    }

    /// What reality contradicted, sorted and grouped, with the evidence.
    void printSurprises(PrintStream out) {
        Map<String, List<String>> groups = new TreeMap<>();
        byImage.forEach(
                (image, judgements) -> judgements.forEach(one -> group(image, one, groups)));
        out.println("# What reality contradicted\n");
        groups.forEach((head, lines) -> {
            out.println("- " + head);
            new TreeSet<>(lines).forEach(line -> out.println("    - " + line));
        });
    }

    private static void group(String image, Judgement one, Map<String, List<String>> groups) {
        Map<String, Change> changes = new LinkedHashMap<>();
        for (Change change : one.changes()) {
            changes.put(change.unit(), change);
            if (change.verdict() == Change.Verdict.SURPRISE) {
                String head =
                        "%s: %s -> %s %s; said: %s"
                                .formatted(
                                        change.unit(),
                                        change.before().word(),
                                        change.after().word(),
                                        change.status(),
                                        change.said());
                groups.computeIfAbsent(head, key -> new ArrayList<>())
                        .add(image + " " + one.boot().name() + evidence(change));
            }
        }
        for (Effect wrong : one.wrong()) {
            if (!changes.containsKey(wrong.unit())) {
                String head =
                        "%s: %s, stays so; said: %s (%s)"
                                .formatted(
                                        wrong.unit(),
                                        wrong.before().word(),
                                        wrong.after().word(),
                                        wrong.why());
                groups.computeIfAbsent(head, key -> new ArrayList<>())
                        .add(image + " " + one.boot().name());
            }
        }
    }

    private static String evidence(Change change) {
        String mark = "== " + change.unit() + "\n";
        int start = change.boot().journal().indexOf(mark);
        if (start < 0) {
            return "";
        }
        String rest = change.boot().journal().substring(start + mark.length());
        String line = rest.lines().findFirst().orElse("");
        return ": " + line.substring(0, Math.min(line.length(), JOURNAL_WIDTH));
    }
}
