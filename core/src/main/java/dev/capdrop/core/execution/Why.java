package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Why something becomes of a unit: a sentence fragment of which the capabilities that it names are
/// known, so that it can be worded for any other of them alike.
///
/// @param parts in their order
public record Why(List<Part> parts) {
    /// There is none to give.
    public static final Why NONE = new Why(List.of());

    /// A piece of the fragment.
    public sealed interface Part {}

    /// Words, blanks between them and their neighbours included.
    public record Words(String words) implements Part {}

    /// Capabilities, by their names.
    public record Named(CapabilitySet capabilities) implements Part {}

    public Why {
        parts = List.copyOf(isSeamless(parts) ? parts : joined(parts));
    }

    /// These without a seam between words, so that two that read the same are the same.
    private static List<Part> joined(List<Part> parts) {
        List<Part> joined = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Words(String words)
                    && !joined.isEmpty()
                    && joined.getLast() instanceof Words(String before)) {
                joined.set(joined.size() - 1, new Words(before + words));
            } else {
                joined.add(part);
            }
        }
        return joined;
    }

    private static boolean isSeamless(List<Part> parts) {
        boolean words = false;
        for (Part part : parts) {
            if (words && part instanceof Words) {
                return false;
            }
            words = part instanceof Words;
        }
        return true;
    }

    /// One that names no capability.
    public static Why of(String words) {
        return NONE.then(words);
    }

    /// That something needs capabilities.
    ///
    /// @param what does
    static Why takes(String what, CapabilitySet capabilities) {
        return of(what + " takes ").then(capabilities);
    }

    /// Whether there is none.
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /// This one with words behind it.
    public Why then(String words) {
        return words.isEmpty() ? this : with(List.of(new Words(words)));
    }

    /// This one with the names of some capabilities behind it.
    public Why then(CapabilitySet capabilities) {
        return with(List.of(new Named(capabilities)));
    }

    /// This one with another one behind it.
    public Why then(Why other) {
        return with(other.parts);
    }

    private Why with(List<Part> more) {
        if (parts.isEmpty()) {
            return new Why(more);
        }
        List<Part> all = new ArrayList<>(parts.size() + more.size());
        all.addAll(parts);
        all.addAll(more);
        return new Why(all);
    }

    /// It in words.
    public String text() {
        return text(CapabilitySet::toString);
    }

    /// It in words that call one capability `it`, so that those for which the same is true have the
    /// same reason.
    ///
    /// @param only the set of that capability alone
    public String textAbout(CapabilitySet only) {
        return text(named -> named.equals(only) ? "it" : named.toString());
    }

    private String text(Function<CapabilitySet, String> names) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(
                    switch (part) {
                        case Words(String words) -> words;
                        case Named(CapabilitySet capabilities) -> names.apply(capabilities);
                    });
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
