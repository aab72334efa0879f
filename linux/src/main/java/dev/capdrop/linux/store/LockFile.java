package dev.capdrop.linux.store;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.linux.root.HostFile;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A record lock on a file that stays (fcntl(2)), which the kernel takes from a killed process.
record LockFile(Path key, FileChannel channel) implements Journal.Lock {
    /// The locked files of this process, which must not be opened again: closing any channel of a
    /// file drops all of a process's record locks on it.
    private static final Set<Path> HELD = new HashSet<>();

    private static final Set<OpenOption> OPTIONS =
            Set.of(
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);

    private static final int LONGEST = 1 << 20;

    static @Nullable LockFile tryTake(Path path) throws IOException {
        Path key = path.toAbsolutePath().normalize();
        synchronized (HELD) {
            if (!HELD.add(key)) {
                return null;
            }
            LockFile taken = null;
            try {
                taken = lockFresh(key);
            } finally {
                if (taken == null) {
                    HELD.remove(key);
                }
            }
            return taken;
        }
    }

    private static @Nullable LockFile lockFresh(Path key) throws IOException {
        FileChannel channel = FileChannel.open(key, OPTIONS, DurableFile.PRIVATE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? new LockFile(key, channel) : null;
    }

    void sign() throws IOException {
        String pid = ProcessHandle.current().pid() + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
    }

    static String holder(Path path) {
        synchronized (HELD) {
            if (HELD.contains(path.toAbsolutePath().normalize())) {
                return Long.toString(ProcessHandle.current().pid());
            }
            try (HostFile file = HostFile.itselfAt(path)) {
                String pid = new String(file.read(LONGEST), StandardCharsets.UTF_8).strip();
                return pid.matches("\\d+") ? pid : "";
            } catch (IOException unreadable) {
                return "";
            }
        }
    }

    /// Returns the process that holds the lock now; empty where none does, or nobody can tell: to
    /// take it to see whether it is free would keep others from it. The device in proc_locks(5) is
    /// not stat(2)'s on every file system, so that the holder's signature counts, too.
    static String holding(Path path) throws IOException {
        String holder = holder(path);
        if (holder.isEmpty() || holder.equals(Long.toString(ProcessHandle.current().pid()))) {
            return isHeldHere(path) ? holder : "";
        }
        Object inode;
        try {
            inode = Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException gone) {
            return "";
        }
        List<String> locks = Files.readAllLines(LockHolder.LOCKS, StandardCharsets.UTF_8);
        return LockHolder.pids(locks, "POSIX", file -> file.endsWith(":" + inode)).contains(holder)
                ? holder
                : "";
    }

    private static boolean isHeldHere(Path path) {
        synchronized (HELD) {
            return HELD.contains(path.toAbsolutePath().normalize());
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            try {
                channel.close();
            } catch (IOException failed) {
                throw Failure.of("unlock", key, failed, "");
            } finally {
                HELD.remove(key);
            }
        }
    }
}
