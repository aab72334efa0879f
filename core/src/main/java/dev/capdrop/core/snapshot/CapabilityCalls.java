package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import java.util.Comparator;
import java.util.List;

/// What a program's file tells of how it deals with its own capabilities.
///
/// A program that gives up what it does not need calls capset(2), by itself or through libcap or
/// libcap-ng; the kernel refuses the whole call when it asks for one that is not permitted.
///
/// @param imports the functions that it imports for that, and those that the shared libraries of
///   its own or the programs that a script names import
/// @param named the capabilities that the texts of a file name which hands text to cap_from_text(3)
public record CapabilityCalls(List<Import> imports, CapabilitySet named) {
    /// None at all.
    public static final CapabilityCalls NONE = new CapabilityCalls(List.of(), CapabilitySet.EMPTY);

    /// One function.
    ///
    /// @param file the library or program that imports it; empty for the program itself
    /// @param function its name: `capset`, `cap_set_proc`, `capng_apply`
    public record Import(String file, String function) {}

    public CapabilityCalls {
        imports =
                imports.stream()
                        .distinct()
                        .sorted(Comparator.comparing(Import::file).thenComparing(Import::function))
                        .toList();
    }
}
