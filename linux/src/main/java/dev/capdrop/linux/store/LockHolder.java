package dev.capdrop.linux.store;

import dev.capdrop.linux.libc.Libc.FileStatus;
import module java.base;

/// Finds the holder of a lock of flock(2) or fcntl(2), by `/proc/locks` (proc_locks(5)).
final class LockHolder {
    static final Path LOCKS = Path.of("/proc/locks");
    private static final int MOST = 100;

    static String of(FileStatus file) {
        String known = known(file);
        return known.isEmpty() ? "another program" : known;
    }

    /// Returns the program and its process; empty when it is not known, or there is none.
    static String known(FileStatus file) {
        try {
            List<String> pids = pids(Files.readAllLines(LOCKS), "FLOCK", key(file)::equals);
            return pids.isEmpty()
                    ? ""
                    : "'" + title(pids.getFirst()) + "' (process " + pids.getFirst() + ")";
        } catch (IOException unreadable) {
            return "";
        }
    }

    /// Returns the processes that hold a lock of this kind on the file, not those that wait.
    static List<String> pids(List<String> locks, String kind, Predicate<String> file) {
        return locks.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 5 && fields[1].equals(kind))
                .filter(fields -> file.test(fields[5]) && fields[4].matches("[1-9]\\d*"))
                .map(fields -> fields[4])
                .toList();
    }

    /// Returns the file's name in that table: device in hexadecimal, inode in decimal.
    static String key(FileStatus file) {
        String[] device = file.device().split(":");
        return "%02x:%02x:%d"
                .formatted(Integer.parseInt(device[0]), Integer.parseInt(device[1]), file.inode());
    }

    /// Returns the command line, in which Proxmox VE's daemons write what they do.
    private static String title(String pid) throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of("/proc", pid, "cmdline"));
        String line = new String(bytes, StandardCharsets.UTF_8).replace('\0', ' ').strip();
        return line.length() <= MOST ? line : line.substring(0, MOST) + "…";
    }
}
