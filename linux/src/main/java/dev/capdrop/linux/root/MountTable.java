package dev.capdrop.linux.root;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/proc/PID/mountinfo`, parsed (proc_pid_mountinfo(5)).
final class MountTable {
    /// One mount: the device `major:minor` and the type of its file system.
    record Mount(String device, String type) {
        boolean fuse() {
            return type.equals("fuse") || type.startsWith("fuse.") || type.equals("fuseblk");
        }
    }

    private final Map<Long, Mount> byId = new HashMap<>();

    /// @throws IllegalArgumentException when a line is not of the documented form
    static MountTable parse(String text) {
        MountTable table = new MountTable();
        text.lines().forEach(table::add);
        return table;
    }

    private void add(String line) {
        String[] fields = line.split(" ");
        int separator = 6;
        while (separator < fields.length && !fields[separator].equals("-")) {
            separator++;
        }
        if (separator + 1 >= fields.length) {
            throw new IllegalArgumentException("'" + line + "' is no line of mountinfo");
        }
        byId.put(Long.parseLong(fields[0]), new Mount(fields[2], fields[separator + 1]));
    }

    @Nullable Mount mount(long id) {
        return byId.get(id);
    }

    boolean hasDevice(String device) {
        return byId.values().stream().anyMatch(m -> m.device().equals(device));
    }
}
