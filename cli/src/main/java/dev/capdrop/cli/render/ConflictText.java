package dev.capdrop.cli.render;

import dev.capdrop.core.plan.Conflict;
import dev.capdrop.core.plan.Constraint;
import java.util.ArrayList;
import java.util.List;

/// A conflict for people: which constraints exclude each other.
final class ConflictText {
    private ConflictText() {}

    static String sentence(Terminal terminal, Conflict conflict) {
        List<String> healings = named(terminal, conflict, Constraint.Heal.class, "healing ");
        List<String> keeps = named(terminal, conflict, Constraint.Keep.class, "--keep ");
        List<String> drops = named(terminal, conflict, Constraint.Drop.class, "--drop ");
        List<String> parts = new ArrayList<>(drops);
        parts.addAll(healings);
        parts.addAll(keeps);
        if (!conflict.loses().isEmpty()) {
            parts.add("keeping " + terminal.names(conflict.loses()) + " working");
        }
        String begin =
                conflict.dropped()
                        ? "conflict: "
                        : "not healed: "
                                + terminal.names(conflict.heals().subList(0, 1))
                                + " wants "
                                + conflict.capabilities()
                                + " dropped; ";
        String end = conflict.loses().isEmpty() ? "" : " (--allow-skip gives a unit up)";
        return begin + joined(parts) + " exclude each other" + end;
    }

    private static List<String> named(
            Terminal terminal, Conflict conflict, Class<? extends Constraint> kind, String prefix) {
        List<String> parts = new ArrayList<>();
        for (Constraint constraint : conflict.constraints()) {
            if (kind.isInstance(constraint)) {
                parts.add(prefix + terminal.names(List.of(constraint.name())));
            }
        }
        return parts;
    }

    private static String joined(List<String> parts) {
        int last = parts.size() - 1;
        return last < 1
                ? String.join("", parts)
                : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }
}
