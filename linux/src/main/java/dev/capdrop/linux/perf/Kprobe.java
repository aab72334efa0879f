package dev.capdrop.linux.perf;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.proc.ProcDir;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A kprobe on the kernel's `cap_capable()`, defined in tracefs
/// (Documentation/trace/kprobetrace.rst of the kernel).
///
/// A process that is killed leaves its definition behind, which costs nothing; the next one that is
/// made removes it, and no others' definition.
///
/// @param group `capdrop_PID_START`
record Kprobe(Tracefs tracefs, String group, KprobeFormat format) {
    private static final String EVENT = "cap_capable";
    private static final Pattern OURS =
            Pattern.compile("(?m)^p:(capdrop_([1-9][0-9]{0,9})_([0-9]{1,19}))/cap_capable ");

    /// The one of this process, for all its watches; null when the last of them has ended.
    private static @Nullable Kprobe shared;

    private static int users;

    static synchronized KprobeFormat use(Tracefs tracefs) throws IOException {
        if (shared == null) {
            shared = make(tracefs, Btf.ofKernel());
        }
        users++;
        return shared.format();
    }

    /// The events of a user have to be closed by then.
    static synchronized void leave() {
        if (--users == 0 && shared != null) {
            shared.remove();
            shared = null;
        }
    }

    static Kprobe make(Tracefs tracefs, Btf types) throws IOException {
        if (!tracefs.hasKprobes()) {
            throw new IOException(
                    "this kernel does not report capability checks: it has neither the tracepoint capability:cap_capable, which came with Linux 6.14, nor kprobes; boot such a kernel to learn");
        }
        removeLeft(tracefs);
        String group = group((int) ProcessHandle.current().pid());
        try {
            tracefs.changeKprobes(KprobeFormat.definition(group + "/" + EVENT, types));
        } catch (ErrnoException refused) {
            throw new IOException(
                    "this kernel lets nobody probe cap_capable: %s; see the lockdown in /sys/kernel/security/lockdown, or boot Linux 6.14 or later, which reports capability checks without a probe"
                            .formatted(refused.reason()),
                    refused);
        }
        try {
            return new Kprobe(
                    tracefs, group, KprobeFormat.parse(tracefs.format(group + "/" + EVENT)));
        } catch (IOException | RuntimeException e) {
            remove(tracefs, group);
            throw e;
        }
    }

    void remove() {
        remove(tracefs, group);
    }

    private static void removeLeft(Tracefs tracefs) throws IOException {
        Matcher left = OURS.matcher(tracefs.kprobes());
        while (left.find()) {
            if (!lives(left.group(2), left.group(1))) {
                remove(tracefs, left.group(1));
            }
        }
    }

    private static boolean lives(String pid, String group) {
        try {
            return group(Integer.parseInt(pid)).equals(group);
        } catch (IOException | NumberFormatException gone) {
            return false;
        }
    }

    private static String group(int pid) throws IOException {
        try (ProcDir process = ProcDir.open(pid)) {
            return "capdrop_" + pid + "_" + process.startTicks();
        }
    }

    private static void remove(Tracefs tracefs, String group) {
        try {
            tracefs.changeKprobes("-:" + group + "/" + EVENT);
        } catch (IOException left) {
            // it costs nothing, and the next one that is made looks again: busy where somebody in
            // another process namespace listens, gone where another capdrop was quicker
        }
    }
}
