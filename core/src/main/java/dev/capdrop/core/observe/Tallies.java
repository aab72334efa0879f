package dev.capdrop.core.observe;

import dev.capdrop.core.observe.Observation.Meaning;
import module java.base;

/// Adds up checks by unit, capability and meaning, in bounded memory: further units share a tally.
public final class Tallies {
    /// The most units that are told apart; a rich server has some 300.
    public static final int MOST_UNITS = 4096;

    public static final String OTHER_UNITS = "(other units)";

    /// The name for the container's first process, as long as it is in no unit.
    public static final String PID_1 = "(PID 1)";

    /// The name for processes from the host, as by lxc-attach(1), that are in no unit.
    public static final String FROM_OUTSIDE = "(from outside)";

    private static final int CAPABILITIES = 64;

    private static final class Cells {
        private final long[] counts = new long[CAPABILITIES];
        private final long[] first = new long[CAPABILITIES];
        private final long[] last = new long[CAPABILITIES];

        private void add(int capability, long nanos) {
            if (counts[capability]++ == 0) {
                first[capability] = nanos;
            }
            last[capability] = nanos;
        }
    }

    private final Map<String, Map<Meaning, Cells>> units = new HashMap<>();

    public Tallies() {}

    /// Counts one check of a unit, which may be empty, [#PID_1] or [#FROM_OUTSIDE].
    public void add(String unit, int capability, Meaning meaning, long nanos) {
        if (capability < 0 || capability >= CAPABILITIES) {
            return;
        }
        of(unit).computeIfAbsent(meaning, _ -> new Cells()).add(capability, nanos);
    }

    private Map<Meaning, Cells> of(String unit) {
        Map<Meaning, Cells> known = units.get(unit);
        if (known != null) {
            return known;
        }
        String name = units.size() < MOST_UNITS ? unit : OTHER_UNITS;
        return units.computeIfAbsent(name, _ -> new EnumMap<>(Meaning.class));
    }

    public List<Tally> all() {
        List<Tally> all = new ArrayList<>();
        units.forEach((unit, meanings) ->
                meanings.forEach((meaning, cells) -> addAll(unit, meaning, cells, all)));
        all.sort(
                Comparator.comparing(Tally::unit)
                        .thenComparingInt(Tally::capability)
                        .thenComparing(Tally::meaning));
        return all;
    }

    private static void addAll(String unit, Meaning meaning, Cells cells, List<Tally> all) {
        for (int capability = 0; capability < CAPABILITIES; capability++) {
            long count = cells.counts[capability];
            if (count > 0) {
                long first = cells.first[capability];
                all.add(new Tally(unit, capability, meaning, count, first, cells.last[capability]));
            }
        }
    }

    /// The checks of one capability by one unit that mean the same, in nanoseconds of their clock.
    public record Tally(
            String unit, int capability, Meaning meaning, long count, long first, long last) {
        Tally with(long other) {
            return new Tally(unit, capability, meaning, other, first, last);
        }

        Tally kind() {
            return new Tally(unit, capability, meaning, 0, 0, 0);
        }
    }
}
