package dev.capdrop.core.diagnosis;

import java.util.Map;

/// The names of exit statuses that systemd itself gives when it cannot set a service up.
///
/// Source: systemd.exec(5), "Process Exit Codes".
public final class ExitStatus {
    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(200, "CHDIR"),
                    Map.entry(203, "EXEC"),
                    Map.entry(208, "STDIN"),
                    Map.entry(209, "STDOUT"),
                    Map.entry(216, "GROUP"),
                    Map.entry(217, "USER"),
                    Map.entry(218, "CAPABILITIES"),
                    Map.entry(219, "CGROUP"),
                    Map.entry(225, "NETWORK"),
                    Map.entry(226, "NAMESPACE"),
                    Map.entry(227, "NO_NEW_PRIVILEGES"),
                    Map.entry(228, "SECCOMP"),
                    Map.entry(229, "SELINUX_CONTEXT"),
                    Map.entry(231, "APPARMOR_PROFILE"),
                    Map.entry(232, "ADDRESS_FAMILIES"),
                    Map.entry(233, "RUNTIME_DIRECTORY"),
                    Map.entry(237, "KEYRING"),
                    Map.entry(238, "STATE_DIRECTORY"),
                    Map.entry(239, "CACHE_DIRECTORY"),
                    Map.entry(240, "LOGS_DIRECTORY"),
                    Map.entry(241, "CONFIGURATION_DIRECTORY"),
                    Map.entry(243, "CREDENTIALS"));

    private ExitStatus() {}

    /// The status in words: `226/NAMESPACE`, or the bare number.
    public static String format(int status) {
        String name = NAMES.get(status);
        return name == null ? Integer.toString(status) : status + "/" + name;
    }
}
