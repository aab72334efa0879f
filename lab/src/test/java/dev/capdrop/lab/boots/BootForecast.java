package dev.capdrop.lab.boots;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A boot as it was forecast from files alone, beside the one that was recorded.
///
/// @param right the units that became what was forecast
/// @param open the units of which the files do not tell
/// @param wrong the units that became something else, with what
/// @param surprising the units that the boot started and that were not forecast at all, with what
///   became of them
record BootForecast(
        List<String> right, List<String> open, List<String> wrong, List<String> surprising) {
    static void print(List<Recorded> images, Map<String, Snapshot> forecast, PrintStream out) {
        out.println("| image | units as forecast | open | otherwise | not forecast |");
        out.println("|---|--:|--:|--:|--:|");
        Map<String, List<String>> notes = new TreeMap<>();
        for (Recorded image : images) {
            BootForecast one = of(image, requireNonNull(forecast.get(image.image())));
            out.println(
                    "| %s | %d | %d | %d | %d |"
                            .formatted(
                                    image.image(),
                                    one.right.size(),
                                    one.open.size(),
                                    one.wrong.size(),
                                    one.surprising.size()));
            one.wrong.forEach(w -> note("otherwise: " + w, image, notes));
            one.surprising.forEach(w -> note("not forecast: " + w, image, notes));
            one.open.forEach(w -> note("open: " + w, image, notes));
        }
        out.println();
        notes.forEach((note, where) -> out.println("- " + note + ": " + String.join(", ", where)));
        out.println();
    }

    private static void note(String note, Recorded image, Map<String, List<String>> notes) {
        notes.computeIfAbsent(note, any -> new ArrayList<>()).add(image.image());
    }

    static BootForecast of(Recorded image, Snapshot forecast) {
        Map<String, Seen> real = Seen.all(image.baseline());
        Map<String, UnitState> ours = new TreeMap<>();
        requireNonNull(forecast.systemd()).units().forEach(unit -> ours.put(unit.name(), unit));
        BootForecast result =
                new BootForecast(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Set<String> names = new TreeSet<>(real.keySet());
        names.addAll(ours.keySet());
        names.removeAll(new Judge(image).fickle());
        for (String name : names) {
            result.add(name, ours.get(name), real.get(name));
        }
        return result;
    }

    private void add(String name, @Nullable UnitState ours, @Nullable Seen real) {
        Outcome became = real == null ? Outcome.NOT_STARTED : real.outcome();
        if (ours == null) {
            if (!rests(became)) {
                surprising.add(name + " " + became.word());
            }
            return;
        }
        if (ours.activeState().isEmpty()) {
            open.add(name + " " + became.word());
            return;
        }
        Outcome said = Outcome.of(ours);
        boolean started =
                said == Outcome.STARTED
                        && became != Outcome.NOT_STARTED
                        && became != Outcome.SKIPPED;
        if (started || said == became || (rests(said) && rests(became))) {
            right.add(name);
        } else {
            wrong.add(name + " " + became.word() + ", said " + said.word());
        }
    }

    private static boolean rests(Outcome outcome) {
        return outcome == Outcome.INACTIVE || outcome == Outcome.NOT_STARTED;
    }
}
