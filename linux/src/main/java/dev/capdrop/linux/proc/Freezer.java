package dev.capdrop.linux.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.Bounded;
import java.io.IOException;

/// The kernel's freezer, of control groups version 1 and 2.
///
/// Source: the kernel's `cgroup-v1/freezer-subsystem.rst` (`freezer.state`) and `cgroup-v2.rst`
/// (`cgroup.events`); cgroups(7) for `/proc/PID/cgroup`.
///
/// Its files are opened by bytes, not as a [java.nio.file.Path]: a container chooses the names of
/// the groups below its own, and not every name is one in every locale.
///
/// @param mounts where the hierarchies are mounted, `/sys/fs/cgroup`
record Freezer(String mounts) {
    private static final int LIMIT = 4096;

    private static final String UNIFIED = "0::";

    /// Whether a process with this `/proc/PID/cgroup` stands still.
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
        String group = fields[2];
        if (fields[1].equals("freezer")) {
            return says("/freezer" + group + "/freezer.state", "FROZEN\n");
        }
        return line.startsWith(UNIFIED)
                && (says(group + "/cgroup.events", "frozen 1\n")
                        || says("/unified" + group + "/cgroup.events", "frozen 1\n"));
    }

    private boolean says(String file, String text) throws IOException {
        String path = mounts + file;
        int flags = Libc.O_RDONLY | Libc.O_NONBLOCK;
        try (Descriptor open = Libc.openat(Descriptor.WORKING_DIRECTORY, path, flags, 0)) {
            return new String(Bounded.read(open, path, LIMIT), UTF_8).contains(text);
        } catch (ErrnoException notThere) {
            // no such group or hierarchy, or a group that has been removed since
            return false;
        }
    }
}
