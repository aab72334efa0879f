package dev.capdrop.linux.proc;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.root.HostFile.Bounded;
import module java.base;

/// The kernel's files of control groups (`cgroup-v1/freezer-subsystem.rst`, `cgroup-v2.rst`;
/// cgroups(7)) below `mounts`. They are opened by bytes, not as a [java.nio.file.Path]: a container
/// names the groups below its own as it likes, and not every name is one in every locale.
record ControlGroupFiles(String mounts) {
    private static final int LIMIT = 4096;
    private static final String UNIFIED = "0::";
    private static final String INIT = "/init.scope";

    /// @param cgroups a process' `/proc/PID/cgroup`
    boolean freeze(String cgroups) throws IOException {
        return any(cgroups, this::frozen);
    }

    /// Whether a process of one of these services, in the usual slice of this init, runs.
    boolean run(List<String> services, String init) throws IOException {
        for (String service : services) {
            if (any(init, (line, fields) -> populated(line, fields, service))) {
                return true;
            }
        }
        return false;
    }

    @FunctionalInterface
    private interface Test {
        boolean holds(String line, String[] fields) throws IOException;
    }

    private static boolean any(String cgroups, Test test) throws IOException {
        for (String line : cgroups.split("\n")) {
            String[] fields = line.split(":", 3);
            // above our own cgroup namespace a path begins with /..
            if (fields.length == 3 && !fields[2].contains("/..") && test.holds(line, fields)) {
                return true;
            }
        }
        return false;
    }

    private boolean populated(String line, String[] fields, String service) throws IOException {
        if (!fields[2].endsWith(INIT)) {
            return false;
        }
        String home = fields[2].substring(0, fields[2].length() - INIT.length());
        String group = home + "/system.slice/" + service;
        return fields[1].equals("name=systemd")
                ? says("/systemd" + group + "/cgroup.procs", "\n")
                : line.startsWith(UNIFIED) && event(group, "populated 1\n");
    }

    private boolean frozen(String line, String[] fields) throws IOException {
        String group = fields[2];
        if (fields[1].equals("freezer")) {
            return says("/freezer" + group + "/freezer.state", "FROZEN\n");
        }
        return line.startsWith(UNIFIED) && event(group, "frozen 1\n");
    }

    private boolean event(String group, String text) throws IOException {
        return says(group + "/cgroup.events", text)
                || says("/unified" + group + "/cgroup.events", text);
    }

    private boolean says(String file, String text) throws IOException {
        String path = mounts + file;
        try {
            return Bounded.text(path, LIMIT).contains(text);
        } catch (ErrnoException notThere) {
            // No such group or hierarchy, or a group that has been removed since.
            return false;
        }
    }
}
