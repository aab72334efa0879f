package dev.capdrop.capability;

import org.jspecify.annotations.Nullable;

/// The five sets of a thread
/// ([capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html)), in the order of
/// `/proc/PID/status`.
public enum ThreadSet {
    /// The capabilities passed on to files that take them.
    INHERITABLE("inheritable", "CapInh"),
    /// The capabilities that may be made effective.
    PERMITTED("permitted", "CapPrm"),
    /// The capabilities that the kernel checks.
    EFFECTIVE("effective", "CapEff"),
    /// The most that an execve(2) can give.
    BOUNDING("bounding", "CapBnd"),
    /// The capabilities passed on to plain files.
    AMBIENT("ambient", "CapAmb");

    private final String word;
    private final String statusField;

    ThreadSet(String word, String statusField) {
        this.word = word;
        this.statusField = statusField;
    }

    /// Returns the man page's word.
    public String word() {
        return word;
    }

    /// Returns the field in `/proc/PID/status` (proc_pid_status(5)).
    public String statusField() {
        return statusField;
    }

    /// Returns the set that a field of `/proc/PID/status` holds; null for all other fields.
    public static @Nullable ThreadSet ofStatusField(String field) {
        for (ThreadSet set : values()) {
            if (set.statusField.equals(field)) {
                return set;
            }
        }
        return null;
    }
}
