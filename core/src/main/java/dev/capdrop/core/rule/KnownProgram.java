package dev.capdrop.core.rule;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A fact about programs beside what their units say, a row of the resource `programs.tsv`, which
/// is the rule where a unit's start decides by it; `without`: capabilities that a program ends
/// without, asks for or passes over; `goingOn`: capabilities that a start does as well without.
public record KnownProgram(
        Fact fact,
        List<String> programs,
        List<String> units,
        CapabilitySet without,
        CapabilitySet goingOn,
        Row row)
        implements Rule {
    private static final String ALL_BUT = "all but ";

    private static final Map<Fact, List<KnownProgram>> ROWS = new EnumMap<>(Fact.class);
    private static final Map<Fact, Map<String, KnownProgram>> BY_KEY = new EnumMap<>(Fact.class);

    static {
        for (String[] cells : ResourceTable.rows("rule/programs.tsv")) {
            KnownProgram known = parse(cells);
            ROWS.computeIfAbsent(known.fact, _ -> new ArrayList<>()).add(known);
            Map<String, KnownProgram> byKey =
                    BY_KEY.computeIfAbsent(known.fact, _ -> new HashMap<>());
            known.keys().forEach(key -> byKey.put(key, known));
        }
    }

    /// The kinds of the resource's rows, explained there.
    public enum Fact {
        START,
        SCRIPT_START,
        ASKS,
        PASSES_OVER,
        ALONE,
        BUS,
        ELSEWHERE,
        ARRANGES,
        LOCAL,
        NAMES,
        PRESSURE,
        SESSIONS
    }

    public static List<KnownProgram> of(Fact fact) {
        return ROWS.getOrDefault(fact, List.of());
    }

    /// Returns the row of a kind for this program or unit, or for all these programs with blanks
    /// between; null where none is.
    public static @Nullable KnownProgram of(Fact fact, String key) {
        Map<String, KnownProgram> byKey = BY_KEY.get(fact);
        return byKey == null ? null : byKey.get(key);
    }

    public static boolean is(Fact fact, String key) {
        return of(fact, key) != null;
    }

    private List<String> keys() {
        return switch (fact) {
            case START, SCRIPT_START -> List.of(String.join(" ", programs));
            case SESSIONS -> units;
            case ASKS, PASSES_OVER, ALONE, BUS, ELSEWHERE, ARRANGES, LOCAL, NAMES, PRESSURE ->
                    programs;
        };
    }

    private static KnownProgram parse(String[] cells) {
        Fact fact = ResourceTable.constant(Fact.class, cells[0]);
        List<String> programs = ResourceTable.words(cells[2]);
        boolean rule = fact == Fact.START || fact == Fact.SCRIPT_START;
        Row row =
                new Row(
                        (rule ? "program-" : "") + cells[1],
                        rule ? meaning(programs.getLast(), cells[4], cells[5]) : "",
                        cells[7],
                        cells[6],
                        cells[8]);
        List<String> units = ResourceTable.words(cells[3]);
        return new KnownProgram(fact, programs, units, set(cells[4]), set(cells[5]), row);
    }

    private static String meaning(String program, String without, String goingOn) {
        String ends = without.isEmpty() ? "" : " ends without " + without.replace(" ", ", ");
        String goes =
                goingOn.isEmpty() ? "" : " does as well without " + goingOn.replace(" ", ", ");
        return program + ends + (ends.isEmpty() || goes.isEmpty() ? "" : ", and") + goes;
    }

    private static CapabilitySet set(String names) {
        if (names.startsWith(ALL_BUT)) {
            CapabilitySet all = CapabilitySet.upTo(Capability.MAX_NUMBER);
            return all.minus(set(names.substring(ALL_BUT.length())));
        }
        return CapabilitySet.of(ResourceTable.words(names).toArray(String[]::new));
    }
}
