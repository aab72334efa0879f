package dev.capdrop.core.execution;

import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.Set;

/// The limit at which systemd no longer starts a unit that fails again and again: by default after
/// 5 starts within 10 seconds.
///
/// Source: systemd.unit(5), "StartLimitIntervalSec="; systemd.service(5), "Restart=",
/// "RestartSec=".
final class StartLimit {
    private static final Set<String> AFTER_FAILURE = Set.of("always", "on-failure");

    /// A pause so short that the starts follow each other at once; the default is 100 ms.
    private static final Set<String> SHORT =
            Set.of("", "0", "0s", "100ms", "500ms", "1", "1s", "1sec");

    private static final Set<String> LIMITS =
            Set.of("StartLimitIntervalSec", "StartLimitInterval", "StartLimitBurst");

    private static final Set<String> OFF = Set.of("0", "0s");

    static boolean endsRestartsOf(UnitState service, Execution execution) {
        return AFTER_FAILURE.contains(execution.value("Restart"))
                && SHORT.contains(execution.value("RestartSec"))
                && !execution.has("RestartPreventExitStatus")
                && !execution.has("RestartSteps")
                && !execution.isRestartedDirectly()
                && !hasLimitsOfItsOwn(service);
    }

    static boolean isOff(UnitState unit) {
        return unit.detail().settings().stream()
                .anyMatch(setting ->
                        LIMITS.contains(setting.key()) && OFF.contains(setting.value().strip()));
    }

    private static boolean hasLimitsOfItsOwn(UnitState service) {
        return service.detail().settings().stream().map(Setting::key).anyMatch(LIMITS::contains);
    }
}
