package dev.capdrop.cli.explain;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.unit.UnitName;
import org.jspecify.annotations.Nullable;

/// A thing that `explain` is asked about, by the form of the word alone: nothing is looked up.
sealed interface Operand {
    String ROOT = "root:";

    /// A capability: its name in any case, with or without `cap_`, or its number.
    record OfCapability(Capability capability) implements Operand {}

    record OfTerm(Term term) implements Operand {}

    /// A valid unit and its container: `UNIT@TARGET`; in a recording, a unit alone.
    record OfUnit(String unit, @Nullable String target) implements Operand {}

    record OfContainer(String target) implements Operand {}

    /// Returns the meaning of `word`; in a recording, a unit needs no container beside it.
    static Operand parse(String word, boolean recorded) {
        Capability capability = capability(word);
        if (capability != null) {
            return new OfCapability(capability);
        }
        Term term = recorded ? null : Term.named(word);
        if (term != null) {
            return new OfTerm(term);
        }
        if (UnitName.isValid(word)) {
            return recorded ? new OfUnit(word, null) : withTarget(word);
        }
        boolean unit = word.contains("@") && !word.startsWith(ROOT + "/");
        return unit ? withTarget(word) : new OfContainer(word);
    }

    private static @Nullable Capability capability(String word) {
        Capability named = Capability.named(word);
        if (named != null || !word.matches("[0-9]+")) {
            return named;
        }
        // a greater number is no capability, but may be a container's: Proxmox VE numbers them
        boolean inRange = word.length() <= 2 && Integer.parseInt(word) <= Capability.MAX_NUMBER;
        return inRange ? new Capability(Integer.parseInt(word)) : null;
    }

    /// Finds the last `@`; but a path behind `root:` may hold more, and a unit's name no slash.
    private static int separator(String word) {
        int root = word.indexOf("@" + ROOT + "/");
        return root < 0 ? word.lastIndexOf('@') : root;
    }

    private static Operand withTarget(String word) {
        int at = separator(word);
        String target = word.substring(at + 1);
        if (at <= 0 || target.isEmpty() || UnitName.isValid(word)) {
            throw new UsageException(
                    "'%s' names no container, expected UNIT@TARGET, such as 'ssh.service@web'"
                            .formatted(word));
        }
        String unit = word.substring(0, at);
        String full = UnitName.withType(unit);
        if (!UnitName.isValid(full)) {
            throw new UsageException(
                    "'%s' cannot be a unit's name, expected UNIT@TARGET, such as 'ssh.service@web'"
                            .formatted(unit));
        }
        return new OfUnit(full, target);
    }
}
