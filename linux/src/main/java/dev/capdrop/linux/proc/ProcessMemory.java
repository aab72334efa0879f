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
            String[] parts = line.split(" +", 6);
            String[] ends = parts[0].split("-");
            if (Long.compareUnsigned(Long.parseUnsignedLong(ends[0], 16), end) < 0
                    && Long.compareUnsigned(Long.parseUnsignedLong(ends[1], 16), start) > 0
                    && !parts[INODE].equals("0")) {
                return false;
            }
        }
        return true;
    }
}
