package dev.capdrop.linux.offline;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.linux.root.SafeRoot;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The packages that dpkg has installed in a root directory.
///
/// Source: dpkg(1), "/var/lib/dpkg/status"; deb-control(5).
///
/// @param status the text of dpkg's status; empty where there is none
record DebianPackages(String status) {
    private static final String STATUS = "/var/lib/dpkg/status";
    private static final int MAX_STATUS = 32 << 20;

    /// Those of this root directory.
    ///
    /// @param problems takes what could not be read
    static DebianPackages of(SafeRoot root, Collection<String> problems) {
        return new DebianPackages(
                requireNonNullElse(RootFacts.text(root, STATUS, MAX_STATUS, problems), ""));
    }

    /// What each installed package provides besides itself, by its name; those that provide nothing
    /// are left out.
    Map<String, Set<String>> provides() {
        Map<String, Set<String>> provides = new HashMap<>();
        String name = "";
        boolean installed = false;
        for (String line : status.split("\n")) {
            if (line.startsWith("Package:")) {
                name = value(line);
                installed = false;
            } else if (line.startsWith("Status:")) {
                installed = value(line).endsWith(" installed");
            } else if (line.startsWith("Provides:") && installed) {
                provides.put(name, names(value(line)));
            }
        }
        return provides;
    }

    private static String value(String line) {
        return line.substring(line.indexOf(':') + 1).strip();
    }

    /// The names, without the versions that may follow in brackets.
    private static Set<String> names(String value) {
        Set<String> names = new HashSet<>();
        for (String one : value.split(",", -1)) {
            names.add(one.strip().split("\\s", 2)[0]);
        }
        names.remove("");
        return names;
    }
}
