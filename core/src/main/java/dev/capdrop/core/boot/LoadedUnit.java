package dev.capdrop.core.boot;

import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// One unit as its files describe it.
///
/// @param names all its names, the primary one among them
/// @param fragment the path of its main file; empty when it has none
/// @param linked the names in its `.wants`, `.requires` and `.upholds` folders
public record LoadedUnit(
        String name,
        Set<String> names,
        LoadState state,
        String fragment,
        List<String> dropIns,
        List<Setting> settings,
        Dependencies linked) {
    public LoadedUnit {
        names = Set.copyOf(new TreeSet<>(names));
        dropIns = List.copyOf(dropIns);
        settings = List.copyOf(settings);
    }

    static LoadedUnit bare(String name, LoadState state, String fragment) {
        return new LoadedUnit(
                name, Set.of(name), state, fragment, List.of(), List.of(), Dependencies.NONE);
    }

    LoadedUnit with(LoadState other) {
        return new LoadedUnit(name, names, other, fragment, dropIns, settings, linked);
    }

    public UnitType type() {
        return UnitName.type(name);
    }

    public List<String> values(String section, String key) {
        return settings.stream()
                .filter(setting -> setting.isOf(section, key))
                .map(Setting::value)
                .toList();
    }

    /// Returns the last right side of a setting; null when it is not set.
    public @Nullable String value(String section, String key) {
        List<String> values = values(section, key);
        return values.isEmpty() ? null : values.getLast();
    }

    /// Whether a program, a mount or a free address decides its start, which no unit file tells of.
    boolean isDecidedByProgram() {
        return switch (type()) {
            case SERVICE ->
                    settings.stream()
                            .anyMatch(setting ->
                                    setting.section().equals("Service")
                                            && RecordedSettings.isCommand(setting.key())
                                            && !setting.value().isEmpty());
            case MOUNT, AUTOMOUNT, SWAP, SOCKET -> true;
            case TARGET, DEVICE, TIMER, PATH, SLICE, SCOPE, OTHER -> false;
        };
    }

    /// Whether the unit is inactive again after its work (systemd.service(5), "RemainAfterExit=").
    boolean endsAfterWork() {
        return "oneshot".equals(value("Service", "Type"))
                && !flag("Service", "RemainAfterExit", false);
    }

    /// Returns a boolean setting; `otherwise` where it is not set, or is no boolean.
    public boolean flag(String section, String key, boolean otherwise) {
        String value = value(section, key);
        return value == null ? otherwise : Words.flag(value, otherwise);
    }
}
