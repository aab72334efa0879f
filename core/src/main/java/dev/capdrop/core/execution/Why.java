package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Why something becomes of a unit: a sentence fragment of which the capabilities that it names are
/// known, so that it can be worded for any other of them alike.
public record Why(List<Part> parts) {
    public static final Why NONE = new Why(List.of());

    public sealed interface Part {}

    /// Words, blanks between them and their neighbours included.
    public record Words(String words) implements Part {}

    public record Named(CapabilitySet capabilities) implements Part {}

    public Why {
        parts = List.copyOf(isSeamless(parts) ? parts : joined(parts));
    }

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

    public static Why of(String words) {
        return NONE.then(words);
    }

    static Why takes(String what, CapabilitySet capabilities) {
        return of(what + " takes ").then(capabilities);
    }

    public boolean isEmpty() {
        return parts.isEmpty();
    }

    public Why then(String words) {
        return words.isEmpty() ? this : with(List.of(new Words(words)));
    }

    public Why then(CapabilitySet capabilities) {
        return with(List.of(new Named(capabilities)));
    }

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

    public String text() {
        return text(CapabilitySet::toString);
    }

    /// It in words that call one capability `it`, so that those for which the same is true have the
    /// same reason.
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
