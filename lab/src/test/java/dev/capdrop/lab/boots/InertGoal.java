package dev.capdrop.lab.boots;

import static java.util.Objects.requireNonNull;

import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.UnitState;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a boot under the drop of goal `inert` made of an image's services.
///
/// A service that ran and ended well in the baseline (a oneshot that counts as active until it is
/// stopped) runs no more than one that is skipped: what is skipped of these is told apart.
///
/// @param image its name
/// @param dropped how many capabilities it drops
/// @param running how many services run without any drop
/// @param lost those of them that do not run under it
/// @param gained those that run under it only
/// @param skipped those that have run and ended without any drop, and are skipped under it
record InertGoal(
        String image,
        int dropped,
        int running,
        Set<String> lost,
        Set<String> gained,
        Set<String> skipped) {
    static void print(List<Recorded> images, PrintStream out) {
        out.println();
        out.println(
                "| goal inert on | drops | services that run without | lost | gained | ended, now skipped |");
        out.println("|---|--:|--:|---|---|---|");
        for (Recorded image : images) {
            for (Boot boot : image.boots()) {
                if (boot.name().equals("set-" + Goal.INERT.word()) && boot.units() != null) {
                    out.println(of(image, boot.drop().size(), boot.units()).row());
                }
            }
        }
    }

    static InertGoal of(Recorded image, int dropped, Map<String, Seen> units) {
        Set<String> lost = new TreeSet<>();
        Set<String> gained = new TreeSet<>();
        Set<String> skipped = new TreeSet<>();
        Set<String> fickle = new Judge(image).fickle();
        int running = 0;
        for (UnitState before : requireNonNull(image.baseline().systemd()).units()) {
            Seen after = units.get(before.name());
            if (!before.name().endsWith(".service") || fickle.contains(before.name())) {
                continue;
            }
            boolean stays = after != null && after.outcome() == Outcome.ACTIVE;
            if (Outcome.isRunning(before)) {
                running++;
                addIf(!stays, before, lost);
            } else if (before.activeState().equals("active")) {
                addIf(after != null && after.outcome() == Outcome.SKIPPED, before, skipped);
                addIf(!stays && !skipped.contains(before.name()), before, lost);
            } else {
                addIf(stays, before, gained);
            }
        }
        return new InertGoal(image.image(), dropped, running, lost, gained, skipped);
    }

    private static void addIf(boolean holds, UnitState unit, Set<String> units) {
        if (holds) {
            units.add(unit.name());
        }
    }

    private String row() {
        return "| %s | %d | %d | %s | %s | %s |"
                .formatted(image, dropped, running, words(lost), words(gained), words(skipped));
    }

    private static String words(Set<String> units) {
        return units.isEmpty() ? "none" : String.join(", ", units);
    }
}
