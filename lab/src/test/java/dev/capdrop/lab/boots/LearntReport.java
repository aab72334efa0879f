package dev.capdrop.lab.boots;

import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.observe.UseHistory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Counts what watched boots settle of the forecasts of single drops, then of those of all boots,
/// and what that is worth.
final class LearntReport {
    private static final int COLUMNS = 10;

    /// One image after so many watched boots, 0 for none.
    private record Row(String image, int boots) {}

    private final Map<Row, List<Judgement>> judged = new LinkedHashMap<>();

    private LearntReport() {}

    /// Judges the images of which watched boots are kept.
    ///
    /// @param folder where these are
    static LearntReport of(List<Recorded> images, Path folder) throws IOException {
        LearntReport report = new LearntReport();
        for (Recorded image : images) {
            Digest digest = new Digest(folder, image.image());
            for (int boots = 0; boots <= Watcher.BOOTS; boots++) {
                if (digest.learnt(Math.max(boots, 1)) != null) {
                    Row row = new Row(image.image(), boots);
                    report.judged.put(row, judge(image, image.boots(), folder, boots));
                }
            }
        }
        return report;
    }

    /// The judgements of the single drops of an image after so many watched boots, which are kept.
    static List<Judgement> judge(Recorded image, Path folder, int boots) throws IOException {
        List<Boot> singles = image.boots().stream().filter(LearntReport::isSingle).toList();
        return judge(image, singles, folder, boots);
    }

    private static List<Judgement> judge(Recorded image, List<Boot> of, Path folder, int boots)
            throws IOException {
        UseHistory learnt = boots == 0 ? null : new Digest(folder, image.image()).learnt(boots);
        return new Judge(image, image.baseline().withLearnt(learnt)).judge(of);
    }

    private static boolean isSingle(Boot boot) {
        return boot.name().startsWith("drop-");
    }

    void print(PrintStream out) {
        print("single drops", LearntReport::isSingle, out);
        out.println();
        print("boots", _ -> true, out);
    }

    private void print(String what, Predicate<Boot> counted, PrintStream out) {
        out.println(
                "| image | watched boots | "
                        + what
                        + " | changes | forecast"
                        + " | left undecided, did change | surprises | definite forecasts | wrong"
                        + " | left undecided | left undecided anyway |");
        out.println("|---" + "|--:".repeat(COLUMNS) + "|");
        Map<Integer, List<Judgement>> all = new TreeMap<>();
        judged.forEach((row, every) -> {
            List<Judgement> judgements =
                    every.stream().filter(one -> counted.test(one.boot())).toList();
            out.println(line(row.image(), row.boots(), judgements));
            all.computeIfAbsent(row.boots(), _ -> new ArrayList<>()).addAll(judgements);
        });
        all.forEach((boots, judgements) -> out.println(line("all", boots, judgements)));
    }

    private static String line(String image, int boots, List<Judgement> judgements) {
        return ("| %s" + " | %d".repeat(COLUMNS) + " |")
                .formatted(
                        image,
                        boots,
                        judgements.size(),
                        judgements.stream().mapToLong(j -> j.changes().size()).sum(),
                        count(judgements, Change.Verdict.FORECAST),
                        count(judgements, Change.Verdict.UNDECIDED),
                        count(judgements, Change.Verdict.SURPRISE),
                        judgements.stream().mapToLong(Judgement::definite).sum(),
                        judgements.stream().mapToLong(j -> j.wrong().size()).sum(),
                        judgements.stream().mapToLong(j -> j.undecided().size()).sum(),
                        judgements.stream().mapToLong(Judgement::undecidedAnyway).sum());
    }

    private static long count(List<Judgement> judgements, Change.Verdict verdict) {
        return judgements.stream().mapToLong(j -> j.count(verdict)).sum();
    }

    /// Each forecast that stays open after so many boots, and each that reality contradicted.
    void printOpen(PrintStream out, int boots) {
        judged.forEach((row, judgements) -> {
            if (row.boots() == boots) {
                for (Judgement one : judgements) {
                    for (Undecided open : one.undecided()) {
                        out.printf(
                                "%s %s: %s: %s%n",
                                row.image(), one.boot().name(), open.unit(), open.why());
                    }
                    one.contradicted()
                            .forEach(wrong ->
                                    out.printf("%s CONTRADICTED %s%n", row.image(), wrong));
                }
            }
        });
    }
}
