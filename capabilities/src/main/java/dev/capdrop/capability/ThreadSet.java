package dev.capdrop.capability;

import org.jspecify.annotations.Nullable;

/// The five sets of a thread (capabilities(7), "Thread capability sets"), in the order of
/// `/proc/PID/status`.
public enum ThreadSet {
    /// What it hands on to files that take it.
    INHERITABLE("inheritable", "CapInh"),
    /// What it may make effective.
    PERMITTED("permitted", "CapPrm"),
    /// What the kernel checks.
    EFFECTIVE("effective", "CapEff"),
    /// What an execve(2) can give at most.
    BOUNDING("bounding", "CapBnd"),
    /// What it hands on to plain files.
    AMBIENT("ambient", "CapAmb");

    private final String word;
    private final String statusField;

    ThreadSet(String word, String statusField) {
        this.word = word;
        this.statusField = statusField;
    }

    /// The man page's word for it.
    public String word() {
        return word;
    }

    /// Its field in `/proc/PID/status` (proc_pid_status(5)).
    public String statusField() {
        return statusField;
    }

    /// The set that a field of `/proc/PID/status` holds; null for all other fields.
    public static @Nullable ThreadSet ofStatusField(String field) {
        for (ThreadSet set : values()) {
            if (set.statusField.equals(field)) {
                return set;
            }
        }
        return null;
    }
}
