package dev.capdrop.lab;

import dev.capdrop.core.unit.Words;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// What a container's own `systemctl show` prints.
final class SystemctlShow {
    private SystemctlShow() {}

    /// The properties of these units, by the units' ids.
    ///
    /// @param properties separated by commas, `Id` among them
    static Map<String, Map<String, String>> of(
            LabContainer container, List<String> units, String properties) {
        List<String> line =
                new ArrayList<>(
                        List.of("systemctl", "show", "--no-pager", "--property=" + properties));
        line.add("--");
        line.addAll(units);
        Map<String, Map<String, String>> shown = new HashMap<>();
        for (String block : container.attach(line.toArray(String[]::new)).out().split("\n\n")) {
            Map<String, String> values = new HashMap<>();
            for (String assignment : block.strip().split("\n")) {
                String[] parts = assignment.split("=", 2);
                values.put(parts[0], parts[1]);
            }
            shown.put(values.getOrDefault("Id", ""), values);
        }
        return shown;
    }

    /// The names of a unit, which are shown in no particular order, and quoted where they hold a
    /// backslash; sorted here.
    static String names(String value) {
        return String.join(" ", new TreeSet<>(Words.split(value)));
    }
}
