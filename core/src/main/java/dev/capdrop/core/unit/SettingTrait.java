package dev.capdrop.core.unit;

import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// Traits of the settings of unit files, explained in the resource `settings.tsv`, which lists the
/// settings that have each.
public enum SettingTrait {
    MOUNT_NAMESPACE,
    FILTER,
    PATHS,
    PATH,
    RECORDED,
    OF_ANY_UNIT,
    COMMAND,
    CREDENTIAL,
    OF_CAPABILITIES,
    SINGLE,
    DEPENDENCY,
    TAKEN_BACK;

    /// By trait the settings, each with what takes it back.
    private static final Map<SettingTrait, SequencedMap<String, String>> SETTINGS =
            new EnumMap<>(SettingTrait.class);

    static {
        for (String[] cells : ResourceTable.rows("unit/settings.tsv")) {
            for (String word : cells[1].split(" ")) {
                SETTINGS.computeIfAbsent(
                                ResourceTable.constant(SettingTrait.class, word),
                                _ -> new LinkedHashMap<>())
                        .put(cells[0], cells[2]);
            }
        }
    }

    private SequencedMap<String, String> rows() {
        return SETTINGS.getOrDefault(this, new LinkedHashMap<>());
    }

    public SequencedSet<String> settings() {
        return Collections.unmodifiableSequencedSet(rows().sequencedKeySet());
    }

    public boolean has(String key) {
        return rows().containsKey(key);
    }

    /// Returns the right side that takes a setting back; empty where that does.
    public static String off(String key) {
        return TAKEN_BACK.rows().getOrDefault(key, "");
    }
}
