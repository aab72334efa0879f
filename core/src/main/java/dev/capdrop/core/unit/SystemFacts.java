package dev.capdrop.core.unit;

import module java.base;

import org.jspecify.annotations.Nullable;

/// The facts that specifiers expand to; null, or 0, where unknown.
///
/// @param systemdVersion the first number of systemd's version
/// @param machineId null also when the next boot will make a new one
/// @param architecture by systemd's names, `x86-64`
/// @param osRelease os-release(5), unquoted
public record SystemFacts(
        int systemdVersion,
        @Nullable String hostName,
        @Nullable String machineId,
        boolean machineIdRead,
        @Nullable String kernelRelease,
        @Nullable String architecture,
        Map<String, String> osRelease) {
    /// Parses os-release(5): a shell-like file of `NAME=value` lines.
    public static Map<String, String> parseOsRelease(String text) {
        Map<String, String> values = new HashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                values.put(
                        line.substring(0, equals).strip(),
                        unquoted(line.substring(equals + 1).strip()));
            }
        }
        return values;
    }

    private static String unquoted(String value) {
        boolean quoted =
                value.length() >= 2
                        && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                        && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    }
}
