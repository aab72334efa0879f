package dev.capdrop.linux.proc;

import org.jspecify.annotations.Nullable;

/// The container's name in its cgroup. Only the leftmost component counts: the host made it, while
/// the container can make any name it likes below.
public final class Payload {
    private static final String MARK = "lxc.payload.";

    /// The group below that of systemd-nspawn, whose own has no fixed name.
    private static final String NSPAWN = "payload";

    private Payload() {}

    /// Returns the name in `/proc/PID/cgroup`: behind `lxc.payload.`, or below `lxc` as Proxmox VE
    /// and liblxc 3 have it; null when it is no container's.
    static @Nullable String name(String cgroup) {
        for (String line : cgroup.split("\n")) {
            String[] fields = line.split(":", 3);
            String name = fields.length < 3 ? null : component(fields[2].split("/"));
            if (name != null) {
                return name;
            }
        }
        return null;
    }

    private static @Nullable String component(String[] path) {
        for (int i = 0; i < path.length; i++) {
            if (path[i].startsWith(MARK)) {
                return path[i].substring(MARK.length());
            }
            if (path[i].equals("lxc") && i + 1 < path.length) {
                return path[i + 1];
            }
        }
        return null;
    }

    /// Returns the part of a control group's path that the host made: up to the component that
    /// names the container, or to the group of systemd-nspawn's machine; else the whole path.
    public static String directory(String path) {
        String[] components = path.split("/");
        StringBuilder directory = new StringBuilder();
        for (int i = 1; i < components.length; i++) {
            directory.append('/').append(components[i]);
            boolean last =
                    components[i].startsWith(MARK)
                            || components[i].equals(NSPAWN)
                            || (i > 1 && components[i - 1].equals("lxc"));
            if (last) {
                return directory.toString();
            }
        }
        return directory.toString();
    }

    /// Whether liblxc made `payload` of `name`: a second one of a name gets a suffix, as in `c1-1`.
    static boolean belongsTo(String payload, String name) {
        return payload.equals(name)
                || (payload.startsWith(name + "-")
                        && payload.substring(name.length() + 1).matches("[0-9]{1,9}"));
    }
}
