package dev.capdrop.core.observe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Adds up checks by unit, capability and meaning. It holds its size whatever the container does:
/// units beyond a number share one tally, and so no name that the container makes up costs memory.
public final class Tallies {
    /// How many units are told apart. A rich server has some 300.
    public static final int MOST_UNITS = 4096;

    /// The name under which the units beyond that number are counted.
    public static final String OTHER_UNITS = "(other units)";

    private static final int MEANINGS = Meaning.values().length;
    private static final int CAPABILITIES = 64;

    /// Of one unit: a cell for each capability and meaning.
    private static final class Cells {
        private final long[] counts = new long[CAPABILITIES * MEANINGS];
        private final long[] first = new long[CAPABILITIES * MEANINGS];
        private final long[] last = new long[CAPABILITIES * MEANINGS];
    }

    private final Map<String, Cells> units = new HashMap<>();

    /// Counts one check.
    ///
    /// @param unit whose; empty for a process that is in none
    /// @param capability its number; one outside of 0 to 63 is not counted
    public void add(String unit, int capability, Meaning meaning, long nanos) {
        if (capability < 0 || capability >= CAPABILITIES) {
            return;
        }
        Cells cells = cells(unit);
        int cell = capability * MEANINGS + meaning.ordinal();
        if (cells.counts[cell]++ == 0) {
            cells.first[cell] = nanos;
        }
        cells.last[cell] = nanos;
    }

    private Cells cells(String unit) {
        Cells known = units.get(unit);
        if (known != null) {
            return known;
        }
        String name = units.size() < MOST_UNITS ? unit : OTHER_UNITS;
        return units.computeIfAbsent(name, _ -> new Cells());
    }

    /// What was counted so far, by unit, capability and meaning.
    public List<Tally> all() {
        List<Tally> all = new ArrayList<>();
        units.forEach((unit, cells) -> addAll(unit, cells, all));
        all.sort(
                Comparator.comparing(Tally::unit)
                        .thenComparing(Tally::capability)
                        .thenComparing(Tally::meaning));
        return all;
    }

    private static void addAll(String unit, Cells cells, List<Tally> all) {
        for (int capability = 0; capability < CAPABILITIES; capability++) {
            for (Meaning meaning : Meaning.values()) {
                int cell = capability * MEANINGS + meaning.ordinal();
                if (cells.counts[cell] > 0) {
                    all.add(
                            new Tally(
                                    unit,
                                    capability,
                                    meaning,
                                    cells.counts[cell],
                                    cells.first[cell],
                                    cells.last[cell]));
                }
            }
        }
    }
}
