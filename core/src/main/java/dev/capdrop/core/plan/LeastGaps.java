package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The work that no watch of a container shows, and that goal `least` takes away: the work of
/// services that have no configuration yet, and that of people.
///
/// Source: systemd.unit(5), "Conditions and Asserts"; the programs' manual pages.
final class LeastGaps {
    private static final Set<String> OF_FILES = Set.copyOf(Names.list("conditions-of-files"));

    private static final int NAMED = 10;

    private static final List<String[]> BY_HAND = ResourceTable.rows("plan/by-hand.tsv");

    private LeastGaps() {}

    static List<String> of(Systemd systemd, CapabilitySet drop) {
        List<String> gaps = new ArrayList<>();
        List<String> waiting =
                systemd.units().stream().map(LeastGaps::waiting).filter(Objects::nonNull).toList();
        if (!waiting.isEmpty()) {
            gaps.add(
                    "what these use once they are configured, for which alone they are skipped: "
                            + Names.some(waiting, NAMED));
        }
        String tools =
                BY_HAND.stream()
                        .filter(row -> drop.contains(Capability.of(row[0])))
                        .map(row -> "without " + row[0] + " " + row[1])
                        .collect(Collectors.joining("; "));
        if (!tools.isEmpty()) {
            gaps.add("what people run by hand, and is refused then: " + tools);
        }
        return gaps;
    }

    private static @Nullable String waiting(UnitState unit) {
        List<Condition> failed =
                unit.conditions().stream()
                        .filter(row -> row.result() == Condition.Result.FAILED)
                        .map(Condition.Tested::condition)
                        .toList();
        return Outcome.of(unit) == Outcome.SKIPPED
                        && unit.detail().files().state().equals("enabled")
                        && !failed.isEmpty()
                        && failed.stream().noneMatch(Condition::negate)
                        && failed.stream().allMatch(it -> OF_FILES.contains(it.type()))
                ? unit.name() + " (" + failed.getFirst().format() + ")"
                : null;
    }
}
