package dev.capdrop.capability;

import java.util.HashMap;
import java.util.Map;

/// A thread's five `Cap…` fields and `NoNewPrivs` in `/proc/PID/status`
/// ([proc_pid_status(5)](https://man7.org/linux/man-pages/man5/proc_pid_status.5.html)).
public record ThreadStatus(ThreadCapabilities capabilities, boolean noNewPrivs) {
    private static final String NO_NEW_PRIVS = "NoNewPrivs";

    /// Parses the status of a thread of Linux 4.10 or later.
    ///
    /// @throws IllegalArgumentException when a field is missing or not as the kernel writes it
    public static ThreadStatus parse(String text) {
        Map<String, String> fields = new HashMap<>();
        // a carriage return ends no line: the process' name may hold one
        for (String line : text.split("\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        ThreadCapabilities capabilities =
                new ThreadCapabilities(
                        set(fields, ThreadSet.PERMITTED),
                        set(fields, ThreadSet.INHERITABLE),
                        set(fields, ThreadSet.EFFECTIVE),
                        set(fields, ThreadSet.BOUNDING),
                        set(fields, ThreadSet.AMBIENT));
        return new ThreadStatus(capabilities, flag(field(fields, NO_NEW_PRIVS)));
    }

    /// Returns the six lines as the kernel writes them.
    public String format() {
        StringBuilder text = new StringBuilder();
        for (ThreadSet set : ThreadSet.values()) {
            String hex = capabilities.get(set).formatHex();
            text.append(set.statusField()).append(":\t").append(hex).append('\n');
        }
        return text.append(NO_NEW_PRIVS + ":\t").append(noNewPrivs ? "1\n" : "0\n").toString();
    }

    private static CapabilitySet set(Map<String, String> fields, ThreadSet set) {
        return CapabilitySet.parseHex(field(fields, set.statusField()));
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no '" + name + "' in a process' status");
        }
        return value;
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "0" -> false;
            case "1" -> true;
            default ->
                    throw new IllegalArgumentException(
                            "'" + NO_NEW_PRIVS + ": " + value + "', expected 0 or 1");
        };
    }
}
