package dev.capdrop.linux.proc;

import dev.capdrop.core.unit.UnitName;

/// Finds the unit that a control group belongs to, by the layout of systemd's own tree: slices, and
/// below them a unit (systemd's "Control Group APIs and Delegation"; cgroups(7) for
/// `/proc/PID/cgroup`).
public final class UnitCgroup {
    /// Systemd's own hierarchy, which in a container may be mounted and yet not be in use.
    private static final String NAMED = "name=systemd";

    private static final String UNIFIED = "";
    private static final String INIT = "/init.scope";
    private static final int FIELDS = 3;

    private UnitCgroup() {}

    /// Returns the unit's name; empty where the process is in no unit's control group.
    ///
    /// @param init that of the first process below the same systemd; empty on the host
    static String unit(String cgroup, String init) {
        String named = unit(NAMED, cgroup, init);
        return named.isEmpty() ? unit(UNIFIED, cgroup, init) : named;
    }

    private static String unit(String hierarchy, String cgroup, String init) {
        String path = path(hierarchy, cgroup);
        String root = path(hierarchy, init);
        if (root.endsWith(INIT)) {
            root = root.substring(0, root.length() - INIT.length());
        }
        return path.startsWith(root + "/") ? unitBelow(path.substring(root.length())) : "";
    }

    /// Returns the unit of a path from the top of systemd's tree, slash in front; else empty.
    public static String unitBelow(String path) {
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.endsWith(".slice")) {
                // systemd puts this before a name that could be taken for a file of the kernel's
                String name = part.startsWith("_") ? part.substring(1) : part;
                return UnitName.isValid(name) ? name : "";
            }
        }
        return "";
    }

    private static String path(String hierarchy, String cgroup) {
        for (String line : cgroup.split("\n")) {
            String[] fields = line.split(":", FIELDS);
            if (fields.length == FIELDS && fields[1].equals(hierarchy)) {
                return fields[2];
            }
        }
        return "";
    }
}
