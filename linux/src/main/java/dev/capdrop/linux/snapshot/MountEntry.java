package dev.capdrop.linux.snapshot;

import dev.capdrop.core.container.LxcSettings;
import module java.base;

/// A mount that a container's configuration asks for.
///
/// Source: lxc.container.conf(5), `lxc.mount.entry`; fstab(5).
record MountEntry(String source, String place, boolean optional) {
    /// Returns the mounts of a configuration, in the order in which they are made.
    static List<MountEntry> of(LxcSettings settings) {
        List<MountEntry> entries = new ArrayList<>();
        for (String value : settings.values("lxc.mount.entry")) {
            String[] fields = value.strip().split("\\s+");
            if (fields.length >= 2) {
                String place = "/" + fields[1].replaceAll("^/+", "");
                String options = fields.length > 3 ? fields[3] : "";
                boolean optional = Arrays.asList(options.split(",")).contains("optional");
                entries.add(new MountEntry(fields[0], place, optional));
            }
        }
        return entries;
    }

    /// Whether the next start makes it, as it does no optional one without a source.
    boolean comes() {
        try {
            return !optional || !source.startsWith("/") || Files.exists(Path.of(source));
        } catch (InvalidPathException notAPath) {
            return false;
        }
    }
}
