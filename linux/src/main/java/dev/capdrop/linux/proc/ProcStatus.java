package dev.capdrop.linux.proc;

import dev.capdrop.core.capability.CapabilitySet;
import java.util.ArrayList;
import java.util.List;

/// `/proc/PID/status`, as far as it is needed (proc_pid_status(5)).
///
/// @param parent the parent's pid
/// @param uid the effective user on the host
/// @param pids the process' number in each pid namespace, ours first
/// @param bounding its bounding set
/// @param zombie whether it has ended and waits to be reaped
public record ProcStatus(
        int parent, int uid, List<Integer> pids, CapabilitySet bounding, boolean zombie) {
    private static final int CONTAINER_DEPTH = 2;

    public ProcStatus {
        pids = List.copyOf(pids);
    }

    /// Parses the whole file.
    ///
    /// @throws IllegalArgumentException when a field is missing
    public static ProcStatus parse(String text) {
        List<Integer> pids = new ArrayList<>();
        for (String word : field(text, "NSpid").split("\\s+")) {
            pids.add(Integer.parseInt(word));
        }
        String state = field(text, "State");
        return new ProcStatus(
                Integer.parseInt(field(text, "PPid")),
                (int) Long.parseLong(field(text, "Uid").split("\\s+")[1]),
                pids,
                CapabilitySet.parseHex(field(text, "CapBnd")),
                state.startsWith("Z") || state.startsWith("X"));
    }

    /// Whether it is the first process of a pid namespace one below ours.
    public boolean containerInit() {
        return pids.size() == CONTAINER_DEPTH && pids.get(1) == 1 && !zombie;
    }

    private static String field(String text, String name) {
        int start = text.startsWith(name + ":") ? 0 : text.indexOf("\n" + name + ":") + 1;
        if (start == 0 && !text.startsWith(name + ":")) {
            throw new IllegalArgumentException("no '" + name + "' in a process' status");
        }
        int end = text.indexOf('\n', start);
        String value = text.substring(start + name.length() + 1, end < 0 ? text.length() : end);
        return value.strip();
    }
}
