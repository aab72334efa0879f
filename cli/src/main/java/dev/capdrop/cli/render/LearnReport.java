package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.observe.Coverage;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.snapshot.ContainerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/learn/1` as a tree for [Json].
public final class LearnReport {
    private LearnReport() {}

    public static Object of(ContainerId container, Observation seen) {
        return of(List.of(target(container, seen)));
    }

    /// That of several watches.
    ///
    /// @param targets one for each
    public static Object of(List<? extends @Nullable Object> targets) {
        return object("schema", "capdrop/learn/1", "targets", targets);
    }

    /// One watch.
    public static Map<String, @Nullable Object> target(ContainerId container, Observation seen) {
        Coverage coverage = seen.coverage();
        return object(
                "target",
                container.target(),
                "lxcPath",
                container.lxcPath(),
                "unprivileged",
                !seen.privileged(),
                "bounding",
                seen.bounding().formatHex(),
                "seconds",
                coverage.seconds(),
                "boots",
                coverage.boots(),
                "lost",
                coverage.lost(),
                "unseen",
                coverage.unseen().formatHex(),
                "ended",
                JsonReports.word(coverage.end()),
                "unitsSeen",
                coverage.units(),
                "capabilities",
                seen.uses().stream().map(use -> capability(use, seen)).toList());
    }

    private static Map<String, @Nullable Object> capability(
            Observation.CapabilityUse use, Observation seen) {
        return object(
                "capability",
                use.capability().name(),
                "held",
                seen.bounding().contains(use.capability()),
                "used",
                !use.used().isEmpty(),
                "refused",
                !use.missed().isEmpty(),
                "neverHonoured",
                !use.neverHonoured().isEmpty(),
                "units",
                units(use.used()),
                "refusedUnits",
                units(use.missed()),
                "neverHonouredUnits",
                units(use.neverHonoured()),
                "first",
                use.seen() ? seen.zero().plusNanos(use.first()).toString() : null,
                "last",
                use.seen() ? seen.zero().plusNanos(use.last()).toString() : null);
    }

    /// Null stands for the processes that are in no unit.
    private static List<@Nullable String> units(List<String> units) {
        List<@Nullable String> names = new ArrayList<>();
        units.forEach(unit -> names.add(unit.isEmpty() ? null : unit));
        return names;
    }
}
