package dev.capdrop.lab.boots;

import dev.capdrop.core.plan.Goal;
import dev.capdrop.core.plan.Outcome;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a boot under the drop of goal `inert` made of an image's services.
///
/// @param image its name
/// @param dropped how many capabilities it drops
/// @param running how many services run without any drop
/// @param lost those of them that do not run under it
/// @param gained those that run under it only
record InertGoal(String image, int dropped, int running, Set<String> lost, Set<String> gained) {
    static void print(List<Recorded> images, PrintStream out) {
        out.println();
        out.println("| goal inert on | drops | services that run without | lost | gained |");
        out.println("|---|--:|--:|---|---|");
        for (Recorded image : images) {
            for (Boot boot : image.boots()) {
                if (boot.name().equals("set-" + Goal.INERT.word()) && boot.units() != null) {
                    out.println(of(image, boot.drop().size(), boot.units()).row());
                }
            }
        }
    }

    static InertGoal of(Recorded image, int dropped, Map<String, Seen> units) {
        Set<String> fickle = new Judge(image).fickle();
        Set<String> before = running(Seen.all(image.baseline()), fickle);
        Set<String> after = running(units, fickle);
        Set<String> lost = new TreeSet<>(before);
        lost.removeAll(after);
        Set<String> gained = new TreeSet<>(after);
        gained.removeAll(before);
        return new InertGoal(image.image(), dropped, before.size(), lost, gained);
    }

    private static Set<String> running(Map<String, Seen> units, Set<String> fickle) {
        Set<String> running = new TreeSet<>();
        units.forEach((name, seen) -> {
            if (name.endsWith(".service") && seen.outcome() == Outcome.ACTIVE) {
                running.add(name);
            }
        });
        running.removeAll(fickle);
        return running;
    }

    private String row() {
        return "| %s | %d | %d | %s | %s |"
                .formatted(image, dropped, running, words(lost), words(gained));
    }

    private static String words(Set<String> units) {
        return units.isEmpty() ? "none" : String.join(", ", units);
    }
}
