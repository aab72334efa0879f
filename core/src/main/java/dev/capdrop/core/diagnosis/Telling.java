package dev.capdrop.core.diagnosis;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A reason that the last lines of a program tell: a row of the resource `telling.tsv`, where the
/// columns are explained. The first that fits is taken.
record Telling(
        String name,
        Set<String> traits,
        String words,
        String sentence,
        String remedy,
        Pattern form,
        List<String> needles) {
    /// A line of what its program goes on without.
    private static final Pattern WARNING =
            Pattern.compile(
                    "(?i)\\bwarn(?:ing)?\\b|\\busing (?:the )?default|\\bskipp(?:ed|ing)\\b"
                            + "|\\bignor(?:ed|ing)\\b|\\bfall(?:ing|s)? back\\b|\\[(?:info|notice|debug)\\]"
                            + "|level\\W{1,3}(?:info|debug)\\b|suppress this message");

    static final List<Telling> ALL = read();
    private static final List<Telling> OF_ANY_END =
            ALL.stream().filter(row -> !row.is("only-late") && !row.is("question")).toList();

    private static List<Telling> read() {
        Map<String, String> parts = new HashMap<>();
        List<Telling> all = new ArrayList<>();
        for (String[] cells : ResourceTable.rows("diagnosis/telling.tsv")) {
            if (cells.length == 2) {
                parts.put(cells[0], cells[1]);
                continue;
            }
            String form = cells[5];
            for (Map.Entry<String, String> part : parts.entrySet()) {
                form = form.replace(part.getKey(), part.getValue());
            }
            Set<String> traits = Set.of(cells[1].split(" "));
            Pattern says = Pattern.compile(form);
            List<String> needles = Needles.of(says);
            all.add(new Telling(cells[0], traits, cells[2], cells[3], cells[4], says, needles));
        }
        return all;
    }

    private boolean is(String trait) {
        return traits.contains(trait);
    }

    Cause.Told told(String named, Cause.@Nullable OwnExit end) {
        return new Cause.Told(
                sentence.replace(named.isEmpty() ? ": %s" : "%s", named),
                words,
                remedy.replace("%s", named).replace("%d", debian(named)),
                end);
    }

    /// Returns what a row without a form says of these.
    static Cause.Told made(String name, Cause.@Nullable OwnExit end, Object... of) {
        Telling row = Objects.requireNonNull(Names.find(ALL, one -> one.name.equals(name)), name);
        return new Cause.Told(row.sentence.formatted(of), row.words, row.remedy.formatted(of), end);
    }

    /// Returns whether it tells of a refusal, and not of what.
    static boolean isNameless(Cause.Told told) {
        return ALL.stream().anyMatch(row -> row.is("nameless") && row.words.equals(told.words()));
    }

    private static String debian(String module) {
        return "lib" + module.toLowerCase(Locale.ROOT).replace("::", "-") + "-perl";
    }

    static Cause.@Nullable Told of(Patient patient, Cause.@Nullable OwnExit end, boolean behind) {
        List<String> all = ShownLines.own(patient);
        List<String> faults = all.stream().filter(line -> !WARNING.matcher(line).find()).toList();
        List<Telling> any =
                fitting(all, OF_ANY_END.stream()).filter(row -> row.concerns(patient)).toList();
        List<String> very = faults.subList(Math.max(0, faults.size() - 1), faults.size());
        boolean sole = read(any, row -> row.is("sole"), end, all, very) != null;
        List<String> last = sole ? very : lastTwo(faults);
        // the last two say how it ended; an older one, or a warning, may be of what it got over
        boolean wrong = faults.stream().anyMatch(ShownLines::tells);
        Predicate<Telling> rows = row -> row.is("behind") == behind;
        Cause.Told told = read(any, rows, end, all, last);
        if (told != null
                || (!behind && read(any, row -> !row.is("vague"), end, all, last) != null)) {
            return told;
        }
        told = read(any, rows, end, all, faults);
        if (told != null || !wrong) {
            return told == null ? read(any, rows, end, all, all) : told;
        }
        return behind ? read(any, row -> row.is("warning"), end, all, all) : null;
    }

    /// The rows that may find something in these lines, alone or together.
    private static Stream<Telling> fitting(List<String> lines, Stream<Telling> rows) {
        String text = String.join("\n", lines).toLowerCase(Locale.ROOT);
        return rows.filter(row -> row.mayFit(text));
    }

    private boolean mayFit(String text) {
        for (String needle : needles) {
            if (text.contains(needle)) {
                return true;
            }
        }
        return needles.isEmpty();
    }

    private static Cause.@Nullable Told read(
            List<Telling> fitting,
            Predicate<Telling> rows,
            Cause.@Nullable OwnExit end,
            List<String> all,
            List<String> lines) {
        for (Telling row : fitting.stream().filter(rows).toList()) {
            List<String> read = row.is("end") ? lastTwo(lines) : lines;
            Cause.Told told = row.in(row.is("all") ? all : read, end);
            if (told != null) {
                Cause.Told named = row.in(all, end);
                return named != null && told.equals(row.told("", end)) ? named : told;
            }
        }
        return null;
    }

    /// Returns what the first row with this trait reads in these lines; null where none does.
    static Cause.@Nullable Told first(
            String trait, Patient patient, List<String> lines, Cause.@Nullable OwnExit end) {
        return fitting(lines, ALL.stream().filter(row -> row.is(trait)))
                .filter(row -> row.concerns(patient))
                .map(row -> row.in(lines, end))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    static List<String> lastTwo(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 2), lines.size());
    }

    private boolean concerns(Patient patient) {
        for (String trait : traits) {
            int colon = trait.indexOf(':') + 1;
            String of = trait.substring(colon);
            boolean holds =
                    switch (trait.substring(0, colon)) {
                        case "set:" -> Words.flag(patient.value(of), false);
                        case "has:" -> !patient.value(of).isEmpty();
                        case "without:" -> patient.leavesOut(of.split("=", 2));
                        case "filter:" -> patient.forbids(List.of(of.split(",")));
                        default ->
                                switch (trait) {
                                    case "user" -> patient.runsAsUser();
                                    case "unprivileged" -> patient.init().unprivileged();
                                    default -> true;
                                };
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private Cause.@Nullable Told in(List<String> lines, Cause.@Nullable OwnExit end) {
        List<String> texts = new ArrayList<>(lines);
        texts.add(String.join("\n", lines));
        Cause.Told nameless = null;
        for (String text : texts) {
            Matcher matcher = form.matcher(text);
            if (matcher.find()) {
                String named = named(matcher);
                if (!named.isEmpty()) {
                    return told(named, end);
                }
                nameless = told("", end);
            }
        }
        return nameless;
    }

    private String named(Matcher matcher) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount() && sentence.contains("%s"); i++) {
            String group = matcher.group(i);
            if (group != null) {
                names.add(group);
            }
        }
        return String.join(":", names);
    }

    static @Nullable String line(List<String> lines, Cause cause) {
        if (cause instanceof Cause.Repeated again) {
            return line(lines, again.last());
        }
        if (!(cause instanceof Cause.Told told)) {
            return null;
        }
        List<Telling> rows = ALL.stream().filter(row -> row.words.equals(told.words())).toList();
        for (String line : lines) {
            if (rows.stream().anyMatch(row -> row.begins(told, line))) {
                return line;
            }
        }
        return null;
    }

    private boolean begins(Cause.Told told, String line) {
        Cause.Told read = in(List.of(line), told.end());
        return read != null && told.why().startsWith(read.why());
    }
}
