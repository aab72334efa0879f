package dev.capdrop.linux.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The kernel's freezer, of control groups version 1 and 2.
///
/// Source: the kernel's `cgroup-v1/freezer-subsystem.rst` (`freezer.state`) and `cgroup-v2.rst`
/// (`cgroup.events`); cgroups(7) for `/proc/PID/cgroup`.
///
/// @param mounts where the hierarchies are mounted, `/sys/fs/cgroup`
record Freezer(Path mounts) {
    private static final String UNIFIED = "0::";

    /// Whether a process stands still.
    ///
    /// @param cgroups its `/proc/PID/cgroup`
    boolean holds(String cgroups) throws IOException {
        for (String line : cgroups.split("\n")) {
            String[] fields = line.split(":", 3);
            // above our own cgroup namespace a path begins with /..
            if (fields.length == 3 && !fields[2].contains("/..") && frozen(line, fields)) {
                return true;
            }
        }
        return false;
    }

    private boolean frozen(String line, String[] fields) throws IOException {
        String group = fields[2].substring(1);
        if (fields[1].equals("freezer")) {
            return says(mounts.resolve("freezer").resolve(group), "freezer.state", "FROZEN\n");
        }
        return line.startsWith(UNIFIED)
                && (says(mounts.resolve(group), "cgroup.events", "frozen 1\n")
                        || says(
                                mounts.resolve("unified").resolve(group),
                                "cgroup.events",
                                "frozen 1\n"));
    }

    private static boolean says(Path group, String name, String text) throws IOException {
        Path file = group.resolve(name);
        return Files.isReadable(file) && Files.readString(file).contains(text);
    }
}
