package dev.capdrop.linux.snapshot;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.linux.root.SafeRoot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The packages that dpkg has installed in a root directory.
///
/// Source: dpkg(1), "/var/lib/dpkg/status"; deb-control(5).
final class DebianPackages {
    private static final String STATUS = "/var/lib/dpkg/status";
    private static final int MAX_STATUS = 32 << 20;

    private final Map<String, Set<String>> provides = new HashMap<>();
    private @Nullable String version;

    DebianPackages(String status) {
        String name = "";
        boolean installed = false;
        int end;
        for (int start = 0; start < status.length(); start = end + 1) {
            int feed = status.indexOf('\n', start);
            end = feed < 0 ? status.length() : feed;
            if (status.startsWith("Package:", start)) {
                name = value(status, start, end);
                installed = false;
            } else if (status.startsWith("Status:", start)) {
                installed = value(status, start, end).endsWith(" installed");
            } else if (version == null
                    && name.equals("systemd")
                    && status.startsWith("Version:", start)) {
                version = value(status, start, end);
            } else if (status.startsWith("Provides:", start) && installed) {
                provides.put(name, names(value(status, start, end)));
            }
        }
    }

    static DebianPackages of(SafeRoot root, Collection<String> problems) {
        return new DebianPackages(
                requireNonNullElse(RootFacts.text(root, STATUS, MAX_STATUS, problems), ""));
    }

    /// Returns the names that each installed package provides besides its own, by its name;
    /// packages that provide nothing are left out.
    Map<String, Set<String>> provides() {
        return provides;
    }

    /// Returns the version of the package `systemd`; null where dpkg knows none.
    @Nullable String systemd() {
        return version;
    }

    private static String value(String status, int start, int end) {
        return status.substring(status.indexOf(':', start) + 1, end).strip();
    }

    private static Set<String> names(String value) {
        Set<String> names = new HashSet<>();
        for (String name : value.split(",", -1)) {
            names.add(name.strip().split("\\s", 2)[0]);
        }
        names.remove("");
        return names;
    }
}
