package dev.capdrop.core.unit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The syntax of unit files, and how a fragment and its drop-ins come together.
///
/// Source: systemd.syntax(7); systemd.unit(5), "Unit File Load Path" and "Conditions and Asserts".
public final class UnitFile {
    /// Settings of which only the last one counts.
    private static final Set<String> SINGLE = Set.of("User");

    /// Lists that an empty value empties, where the empty value itself says nothing more. An empty
    /// `CapabilityBoundingSet=` does: it takes every capability away.
    private static final Set<String> EMPTIED = Set.of("AmbientCapabilities");

    private UnitFile() {}

    /// The assignments of one file, in order, empty ones included.
    ///
    /// @param file its path inside the container
    public static List<Setting> parse(String file, String text) {
        List<Setting> settings = new ArrayList<>();
        String section = "";
        String[] lines = text.split("\n", -1);
        int next = 0;
        while (next < lines.length) {
            int first = next;
            StringBuilder joined = new StringBuilder();
            next = join(lines, first, joined);
            String line = joined.toString().strip();
            int equals = line.indexOf('=');
            if (comment(line)) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1);
            } else if (equals > 0) {
                String key = line.substring(0, equals).strip();
                String value = line.substring(equals + 1).strip();
                settings.add(new Setting(file, first + 1, section, key, value));
            }
        }
        return settings;
    }

    /// Joins a line with those that continue it: each backslash at an end becomes a blank, and
    /// comments between are left out.
    ///
    /// @return the index of the line behind
    private static int join(String[] lines, int first, StringBuilder joined) {
        int next = first;
        boolean more = true;
        while (more && next < lines.length) {
            String line = lines[next++];
            if (line.endsWith("\r")) {
                line = line.substring(0, line.length() - 1);
            }
            boolean comment = comment(line.strip());
            if (comment && next - 1 > first) {
                continue;
            }
            more = line.endsWith("\\") && !comment;
            joined.append(more ? line.substring(0, line.length() - 1) + " " : line);
        }
        return next;
    }

    private static boolean comment(String stripped) {
        return stripped.isEmpty() || stripped.startsWith("#") || stripped.startsWith(";");
    }

    /// What is in force of the fragment's assignments and its drop-ins', in this order: an empty
    /// `Condition…=` takes back all conditions before it, an empty `Assert…=` all assertions.
    public static List<Setting> merge(List<Setting> inOrder) {
        List<Setting> merged = new ArrayList<>();
        for (Setting setting : inOrder) {
            String family = family(setting);
            boolean empty = setting.value().isEmpty();
            if (empty || SINGLE.contains(family)) {
                merged.removeIf(
                        s -> s.section().equals(setting.section()) && family(s).equals(family));
            }
            if (!empty || !(EMPTIED.contains(family) || isList(family))) {
                merged.add(setting);
            }
        }
        return merged;
    }

    private static boolean isList(String family) {
        return family.equals("Condition") || family.equals("Assert");
    }

    private static String family(Setting setting) {
        if (setting.section().equals("Unit")) {
            if (setting.key().startsWith("Condition")) {
                return "Condition";
            }
            if (setting.key().startsWith("Assert")) {
                return "Assert";
            }
        }
        return setting.key();
    }
}
