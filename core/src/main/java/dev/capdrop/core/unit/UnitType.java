package dev.capdrop.core.unit;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The types of units, each the word behind the last dot of a name.
///
/// Source: systemd's `unit_type_table` (src/basic/unit-def.c).
public enum UnitType {
    SERVICE("service"),
    SOCKET("socket"),
    TARGET("target"),
    DEVICE("device"),
    MOUNT("mount"),
    AUTOMOUNT("automount"),
    SWAP("swap"),
    TIMER("timer"),
    PATH("path"),
    SLICE("slice"),
    SCOPE("scope"),
    /// None of these: no valid name of a unit, or one of a newer systemd.
    OTHER("");

    private static final Map<String, UnitType> BY_WORD =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(UnitType::word, type -> type));

    private final String word;

    UnitType(String word) {
        this.word = word;
    }

    /// systemd's word; empty for [#OTHER].
    public String word() {
        return word;
    }

    /// The section of its files that is its own, and the end of the name of its D-Bus interface:
    /// `Service` of a service; empty for [#OTHER].
    public String section() {
        return this == OTHER
                ? ""
                : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /// The type of this word; [#OTHER] where it is none.
    static UnitType of(String word) {
        return BY_WORD.getOrDefault(word, OTHER);
    }
}
