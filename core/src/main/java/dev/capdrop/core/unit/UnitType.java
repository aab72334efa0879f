package dev.capdrop.core.unit;

import module java.base;

/// The types of units, each the word behind the last dot (systemd's `unit_type_table`).
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
    /// A word that is no type, or one of a newer systemd.
    OTHER("");

    private static final List<UnitType> ALL = List.of(values());

    private final String word;

    UnitType(String word) {
        this.word = word;
    }

    /// Returns systemd's word; empty for [#OTHER].
    public String word() {
        return word;
    }

    /// Returns the type's section in unit files, as in D-Bus interfaces; empty for [#OTHER].
    public String section() {
        return this == OTHER
                ? ""
                : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /// Returns the type of the word at the end of a text, without a new string, for it is asked
    /// often.
    static UnitType at(String text, int from) {
        int length = text.length() - from;
        for (UnitType type : ALL) {
            if (type.word.length() == length && text.startsWith(type.word, from)) {
                return type;
            }
        }
        return OTHER;
    }
}
