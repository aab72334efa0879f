package dev.capdrop.cli.render;

import dev.capdrop.core.plan.Plan.Conflict;
import java.util.ArrayList;
import java.util.List;

/// Puts a conflict into words for people: the constraints that exclude each other.
final class ConflictText {
    private ConflictText() {}

    static Text sentence(Conflict conflict) {
        List<Text> parts =
                new ArrayList<>(named(conflict, Conflict.Constraint.Drop.class, "--drop"));
        parts.addAll(named(conflict, Conflict.Constraint.Heal.class, "healing"));
        parts.addAll(named(conflict, Conflict.Constraint.Keep.class, "--keep"));
        if (!conflict.loses().isEmpty()) {
            parts.add(Text.of("keeping %s working", Text.names(conflict.loses())));
        }
        Text begin =
                conflict.dropped()
                        ? Text.of("conflict: ")
                        : Text.of(
                                "not healed: %s wants %s dropped; ",
                                conflict.heals().getFirst(), conflict.capabilities());
        String end = conflict.loses().isEmpty() ? "" : " (--allow-skip gives a unit up)";
        return Text.of("%s%s exclude each other%s", begin, joined(parts), end);
    }

    private static List<Text> named(
            Conflict conflict, Class<? extends Conflict.Constraint> kind, String verb) {
        List<Text> parts = new ArrayList<>();
        for (Conflict.Constraint constraint : conflict.constraints()) {
            if (kind.isInstance(constraint)) {
                parts.add(Text.of("%s %s", verb, constraint.name()));
            }
        }
        return parts;
    }

    private static Text joined(List<Text> parts) {
        int last = parts.size() - 1;
        return last < 1
                ? Text.join("", parts)
                : Text.of("%s and %s", Text.join(", ", parts.subList(0, last)), parts.get(last));
    }
}
