package dev.capdrop.core.diagnosis;

import static java.util.Objects.requireNonNullElse;

import java.util.List;
import java.util.Map;

/// Settings of a service that a drop-in can take back, and what takes each back (systemd.exec(5)).
final class Sandbox {
    private static final String NO = "no";

    private static final Map<String, String> TAKEN_BACK =
            Map.ofEntries(
                    Map.entry("PrivateTmp", NO),
                    Map.entry("PrivateDevices", NO),
                    Map.entry("PrivateMounts", NO),
                    Map.entry("PrivateIPC", NO),
                    Map.entry("PrivateUsers", NO),
                    Map.entry("PrivateNetwork", NO),
                    Map.entry("ProtectSystem", NO),
                    Map.entry("ProtectHome", NO),
                    Map.entry("ProtectKernelTunables", NO),
                    Map.entry("ProtectKernelModules", NO),
                    Map.entry("ProtectKernelLogs", NO),
                    Map.entry("ProtectControlGroups", NO),
                    Map.entry("ProtectProc", "default"),
                    Map.entry("ProcSubset", "all"),
                    Map.entry("ReadWritePaths", ""),
                    Map.entry("ReadOnlyPaths", ""),
                    Map.entry("InaccessiblePaths", ""),
                    Map.entry("TemporaryFileSystem", ""),
                    Map.entry("BindPaths", ""),
                    Map.entry("BindReadOnlyPaths", ""),
                    Map.entry("ImportCredential", ""),
                    Map.entry("KeyringMode", "inherit"),
                    Map.entry("Nice", "0"),
                    Map.entry("OOMScoreAdjust", "0"),
                    Map.entry("CPUSchedulingPolicy", "other"),
                    Map.entry("CPUSchedulingPriority", "0"),
                    Map.entry("IOSchedulingClass", "best-effort"),
                    Map.entry("LimitNOFILE", ""),
                    Map.entry("AppArmorProfile", ""),
                    Map.entry("StandardInput", "null"),
                    Map.entry("StandardOutput", "journal"),
                    Map.entry("StandardError", "journal"));

    /// Those that give it a mount namespace of its own.
    static final List<String> NAMESPACE =
            TAKEN_BACK.keySet().stream()
                    .filter(key -> key.matches("(Private|Protect|Proc|.*Path|Temporary).*"))
                    .filter(key -> !key.equals("PrivateUsers") && !key.equals("PrivateNetwork"))
                    .sorted()
                    .toList();

    private Sandbox() {}

    /// Whether nothing that the unit does hangs on it.
    static boolean canBeTakenBack(String key) {
        return TAKEN_BACK.containsKey(key);
    }

    /// The right side that takes it back.
    static String off(String key) {
        return requireNonNullElse(TAKEN_BACK.get(key), "");
    }
}
