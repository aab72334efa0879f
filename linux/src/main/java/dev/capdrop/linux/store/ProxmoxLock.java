package dev.capdrop.linux.store;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.time.Deadline;
import module java.base;

/// Proxmox VE's lock of a container's configuration: flock(2) on
/// `/run/lock/lxc/pve-config-VMID.lock`, which every program of Proxmox VE takes before it writes,
/// but for the hook that runs when a container has stopped.
record ProxmoxLock(Path folder, Duration patience) {
    static final Path FOLDER = Path.of("/run/lock/lxc");
    private static final int FLAGS =
            Libc.O_WRONLY | Libc.O_CREAT | Libc.O_NOFOLLOW | Libc.O_NONBLOCK;
    private static final int MODE = 0644;

    static String task(String vmid) throws IOException {
        try (HostFile file = HostFile.itselfAt(path(FOLDER, vmid))) {
            String holder = LockHolder.known(file.status());
            return holder.startsWith("'task UPID:") ? holder : "";
        } catch (NoSuchFileException never) {
            return "";
        }
    }

    private static Path path(Path folder, String vmid) {
        return folder.resolve("pve-config-" + vmid + ".lock");
    }

    Journal.Lock take(String vmid) throws IOException {
        Path path = path(folder, vmid);
        Descriptor file;
        String holder;
        try {
            Files.createDirectories(folder);
            file = Libc.openat(Descriptor.WORKING_DIRECTORY, path.toString(), FLAGS, MODE);
            holder = lockOrHolder(file);
        } catch (InterruptedIOException told) {
            throw told;
        } catch (IOException failed) {
            throw Failure.of("lock", path, failed, "; nothing was written");
        }
        if (holder.isEmpty()) {
            return file::close;
        }
        throw new IOException(
                "the configuration of 'pve:%s' has been locked for %d s by %s; nothing was written, try again when that has ended"
                        .formatted(vmid, patience.toSeconds(), holder));
    }

    /// Returns an empty text when the file is locked, or closes it and returns the holder.
    private String lockOrHolder(Descriptor file) throws IOException {
        boolean locked = false;
        try {
            locked =
                    Deadline.in(patience)
                            .until(ConfigLock.PAUSE, ConfigLock.WAITING, () -> tryLock(file));
            return locked ? "" : LockHolder.of(Libc.fstat(file));
        } finally {
            if (!locked) {
                file.close();
            }
        }
    }

    private static boolean tryLock(Descriptor file) throws ErrnoException {
        try {
            Libc.flock(file, Libc.LOCK_EX | Libc.LOCK_NB);
            return true;
        } catch (ErrnoException held) {
            held.unless(ErrnoException.Errno.EAGAIN);
            return false;
        }
    }
}
