package dev.capdrop.core.boot;

import dev.capdrop.core.snapshot.RecordedSettings;

/// The part of a unit's start that no unit file describes: a program, a mount, a free address.
final class OwnProgram {
    private OwnProgram() {}

    static boolean decides(LoadedUnit unit) {
        return switch (unit.type()) {
            case SERVICE ->
                    unit.settings().stream()
                            .anyMatch(s ->
                                    s.section().equals("Service")
                                            && RecordedSettings.isCommand(s.key())
                                            && !s.value().isEmpty());
            case MOUNT, AUTOMOUNT, SWAP, SOCKET -> true;
            case TARGET, DEVICE, TIMER, PATH, SLICE, SCOPE, OTHER -> false;
        };
    }

    /// Whether the unit is inactive again after its work (systemd.service(5), "RemainAfterExit=").
    static boolean ends(LoadedUnit unit) {
        return "oneshot".equals(unit.value("Service", "Type"))
                && !unit.flag("Service", "RemainAfterExit", false);
    }
}
