package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import module java.base;

/// Why something becomes of a unit: a sentence fragment of which the capabilities that it names are
/// known, so that it can be worded for any other of them alike.
public record Why(List<Part> parts) {
    public static final Why NONE = new Why(List.of());

    public sealed interface Part {}

    /// Words, blanks between them and their neighbours included.
    public record Words(String words) implements Part {}

    public record Named(CapabilitySet capabilities) implements Part {}

    public Why {
        parts = joined(parts);
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
        return List.copyOf(joined);
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
        return new Why(Stream.of(parts, more).flatMap(List::stream).toList());
    }

    public String text() {
        return text(CapabilitySet::toString);
    }

    /// Returns it in words that call one capability `it`, so that those for which the same is true
    /// have the same reason.
    public String textAbout(CapabilitySet only) {
        return text(named -> named.equals(only) ? "it" : named.toString());
    }

    private String text(Function<CapabilitySet, String> names) {
        return parts.stream()
                .map(part ->
                        switch (part) {
                            case Words(String words) -> words;
                            case Named(CapabilitySet capabilities) -> names.apply(capabilities);
                        })
                .collect(Collectors.joining());
    }

    @Override
    public String toString() {
        return text();
    }
}
