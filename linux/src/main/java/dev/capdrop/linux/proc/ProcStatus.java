package dev.capdrop.linux.proc;

import dev.capdrop.capability.CapabilitySet;
import java.util.ArrayList;
import java.util.List;

/// A `/proc/PID/status`, as far as it is needed (proc_pid_status(5)).
///
/// @param uid the effective user on the host
/// @param pids the process' number in each pid namespace, ours first
/// @param zombie whether it has ended and waits to be reaped
/// @param command its name, the kernel's escapes of `\` and the line feed undone
public record ProcStatus(
        int parent,
        int uid,
        List<Integer> pids,
        CapabilitySet bounding,
        boolean zombie,
        String command,
        boolean kernelThread) {
    private static final int CONTAINER_DEPTH = 2;

    public ProcStatus {
        pids = List.copyOf(pids);
    }

    /// Parses the whole file; throws IllegalArgumentException when a field is missing.
    public static ProcStatus parse(String text) {
        List<Integer> pids = new ArrayList<>();
        for (String word : field(text, "NSpid").split("\\s+")) {
            pids.add(Integer.parseInt(word));
        }
        String state = field(text, "State");
        return new ProcStatus(
                Integer.parseInt(field(text, "PPid")),
                effective(field(text, "Uid")),
                pids,
                CapabilitySet.parseHex(field(text, "CapBnd")),
                state.startsWith("Z") || state.startsWith("X"),
                command(text),
                kernelThread(text));
    }

    private static int effective(String users) {
        String[] words = users.split("\\s+");
        if (words.length < 2) {
            throw new IllegalArgumentException("'Uid: " + users + "' in a process' status");
        }
        return (int) Long.parseLong(words[1]);
    }

    /// Returns the name; the kernel escapes these two alone (fs/proc/array.c, `proc_task_name`).
    private static String command(String text) {
        String first = text.substring(0, text.indexOf('\n'));
        String escaped = first.substring(first.indexOf('\t') + 1);
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\' && i + 1 < escaped.length()) {
                char next = escaped.charAt(++i);
                name.append(next == 'n' ? '\n' : next);
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }

    /// Whether it is a kernel thread; before Linux 6.10, kthreadd's children without memory.
    private static boolean kernelThread(String text) {
        if (text.contains("\nKthread:")) {
            return field(text, "Kthread").equals("1");
        }
        String parent = field(text, "PPid");
        boolean kthreadd = parent.equals("0") && field(text, "NSpid").equals("2");
        return (kthreadd || parent.equals("2")) && !text.contains("\nVmSize:");
    }

    /// Whether it is the first process of a pid namespace one below ours.
    boolean containerInit() {
        return pids.size() == CONTAINER_DEPTH && pids.get(1) == 1 && !zombie;
    }

    /// Whether it is worth parsing for [#containerInit], as nearly none of many is.
    static boolean mayBeContainerInit(String text) {
        int start = text.indexOf("\nNSpid:");
        int end = text.indexOf('\n', start + 1);
        return start >= 0 && text.startsWith("\t1", (end < 0 ? text.length() : end) - 2);
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
