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

/// A boot as it was foreseen from files alone, beside the one that was recorded.
///
/// @param right the units that became what was foreseen
/// @param open the units of which the files do not tell
/// @param wrong the units that became something else, with what
/// @param unforeseen the units that the boot started and that were not foreseen at all, with what
///   became of them
record Foresight(
        List<String> right, List<String> open, List<String> wrong, List<String> unforeseen) {
    static void print(List<Recorded> images, Map<String, Snapshot> foreseen, PrintStream out) {
        out.println("| image | units as foreseen | open | otherwise | not foreseen |");
        out.println("|---|--:|--:|--:|--:|");
        Map<String, List<String>> notes = new TreeMap<>();
        for (Recorded image : images) {
            Foresight one = of(image, requireNonNull(foreseen.get(image.image())));
            out.println(
                    "| %s | %d | %d | %d | %d |"
                            .formatted(
                                    image.image(),
                                    one.right.size(),
                                    one.open.size(),
                                    one.wrong.size(),
                                    one.unforeseen.size()));
            one.wrong.forEach(w -> note("otherwise: " + w, image, notes));
            one.unforeseen.forEach(w -> note("not foreseen: " + w, image, notes));
            one.open.forEach(w -> note("open: " + w, image, notes));
        }
        out.println();
        notes.forEach((note, where) -> out.println("- " + note + ": " + String.join(", ", where)));
        out.println();
    }

    private static void note(String note, Recorded image, Map<String, List<String>> notes) {
        notes.computeIfAbsent(note, any -> new ArrayList<>()).add(image.image());
    }

    static Foresight of(Recorded image, Snapshot foreseen) {
        Map<String, Seen> real = Seen.all(image.baseline());
        Map<String, UnitState> ours = new TreeMap<>();
        requireNonNull(foreseen.systemd()).units().forEach(unit -> ours.put(unit.name(), unit));
        Foresight result =
                new Foresight(
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
                unforeseen.add(name + " " + became.word());
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
