package dev.capdrop.linux.proc;

/// Where a process has its arguments and its environment, and what stands behind that.
///
/// Source: proc_pid_stat(5), `arg_start` to `env_end`; proc_pid_maps(5).
final class ProcessMemory {
    /// The field of `/proc/PID/stat` in which the arguments begin; the next one is their end.
    static final int ARGUMENTS = 48;

    /// Likewise of the environment.
    static final int ENVIRONMENT = 50;

    private static final int FIRST_BEHIND_NAME = 3;

    /// The field of a line of `/proc/PID/maps`: 0 where no file is mapped.
    private static final int INODE = 4;

    private ProcessMemory() {}

    /// Whether no file stands behind a piece of memory.
    static boolean anonymous(String stat, int field, String maps) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
        long start = Long.parseUnsignedLong(fields[field - FIRST_BEHIND_NAME]);
        long end = Long.parseUnsignedLong(fields[field + 1 - FIRST_BEHIND_NAME]);
        for (String line : maps.split("\n")) {
            int dash = line.indexOf('-');
            long first = Long.parseUnsignedLong(line, 0, dash, 16);
            long behind = Long.parseUnsignedLong(line, dash + 1, line.indexOf(' '), 16);
            if (Long.compareUnsigned(first, end) < 0
                    && Long.compareUnsigned(behind, start) > 0
                    && !line.split(" +", 6)[INODE].equals("0")) {
                return false;
            }
        }
        return true;
    }
}
