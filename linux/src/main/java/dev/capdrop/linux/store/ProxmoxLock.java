package dev.capdrop.linux.store;

import dev.capdrop.core.journal.Journal;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.root.HostFile;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/// Proxmox VE's lock of a container's configuration: flock(2) on
/// `/run/lock/lxc/pve-config-VMID.lock`, which every program of Proxmox VE takes before it writes,
/// but for the hook that runs when a container has stopped.
public record ProxmoxLock(Path folder, Duration patience) {
    static final Path FOLDER = Path.of("/run/lock/lxc");

    private static final int FLAGS =
            Libc.O_WRONLY | Libc.O_CREAT | Libc.O_NOFOLLOW | Libc.O_NONBLOCK;
    private static final int MODE = 0644;

    /// Returns the task of Proxmox VE's that holds a container's lock, by its process' title and
    /// number; empty when there is none.
    public static String task(String vmid) throws IOException {
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
        try {
            Files.createDirectories(folder);
            Descriptor file =
                    Libc.openat(Descriptor.WORKING_DIRECTORY, path.toString(), FLAGS, MODE);
            String holder = lockOrHolder(file);
            if (holder.isEmpty()) {
                return file::close;
            }
            throw new HeldException(
                    "the configuration of 'pve:%s' has been locked for %d s by %s; nothing was written, try again when that has ended"
                            .formatted(vmid, patience.toSeconds(), holder));
        } catch (InterruptedIOException | HeldException told) {
            throw told;
        } catch (IOException failed) {
            throw Failure.of("lock", path, failed, "; nothing was written");
        }
    }

    /// Locks the file and returns an empty text, or closes it and returns the holder.
    private String lockOrHolder(Descriptor file) throws IOException {
        boolean locked = false;
        try {
            locked =
                    Deadline.in(patience)
                                    .await(
                                            ConfigLock.PAUSE,
                                            ConfigLock.WAITING,
                                            () -> tryLock(file) ? Boolean.TRUE : null)
                            != null;
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
            held.unless(Errno.EAGAIN);
            return false;
        }
    }

    private static final class HeldException extends IOException {
        private static final long serialVersionUID = 1L;

        HeldException(String sentence) {
            super(sentence);
        }
    }
}
