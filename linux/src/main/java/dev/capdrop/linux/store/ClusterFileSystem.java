package dev.capdrop.linux.store;

import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Proxmox VE's cluster file system (pmxcfs, FUSE), as far as it can be asked.
///
/// A pmxcfs that was killed leaves its mount behind, every look at which gives ENOTCONN; one that
/// was stopped never answers. A method that hides the error, as `Files.isDirectory` does, then
/// takes a node for a host without Proxmox VE. Where pmxcfs does not run, its directory is an empty
/// one of the host; `local`, a link to `nodes/` and this node's name, tells.
///
/// @param directory where it is mounted
public record ClusterFileSystem(Path directory) {
    private static final int OWNER_WRITE = 0200;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ADVICE =
            ": see 'systemctl status pve-cluster', and run 'systemctl restart pve-cluster'";

    /// Whether there is such a directory; throws one sentence when it does not answer.
    public boolean present() throws IOException {
        FirstLook look = new FirstLook(directory);
        Thread thread = Thread.ofPlatform().daemon().name("first look").start(look);
        Deadline deadline = Deadline.atLeast(PATIENCE);
        if (!joined(thread, deadline)) {
            throw new IOException(
                    "the cluster file system of Proxmox VE at '%s' has not answered for %s%s"
                            .formatted(directory, deadline.allowed(), ADVICE));
        }
        if (look.failed == null) {
            return look.folder;
        }
        if (look.failed instanceof NoSuchFileException) {
            return false;
        }
        throw unreachable(look.failed);
    }

    private static boolean joined(Thread thread, Deadline deadline) throws IOException {
        try {
            while (!thread.join(Duration.ofNanos(Math.max(1, deadline.toWait())))) {
                if (deadline.passed()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking for Proxmox VE", interrupted);
        }
    }

    /// The first look at it, which may never come back.
    private static final class FirstLook implements Runnable {
        private final Path directory;
        private volatile boolean folder;
        private volatile @Nullable IOException failed;

        FirstLook(Path directory) {
            this.directory = directory;
        }

        @Override
        public void run() {
            try {
                folder = Files.readAttributes(directory, BasicFileAttributes.class).isDirectory();
            } catch (IOException e) {
                failed = e;
            }
        }
    }

    /// Returns this node's name, or throws one sentence when it does not answer.
    public String node() throws IOException {
        try {
            Path target = Files.readSymbolicLink(local());
            return Objects.requireNonNull(target.getFileName()).toString();
        } catch (NoSuchFileException | NotLinkException none) {
            throw new IOException(
                    "the cluster file system of Proxmox VE is not mounted at '%s' (there is no link '%s'): see 'systemctl status pve-cluster'"
                            .formatted(directory, local()),
                    none);
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    /// Whether the cluster has a quorum, which writing needs; throws when it does not answer.
    public boolean quorate() throws IOException {
        try {
            int mode =
                    (Integer) Files.getAttribute(local(), "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & OWNER_WRITE) != 0;
        } catch (IOException failed) {
            throw unreachable(failed);
        }
    }

    /// Returns what to throw for a failed look, which says more than the error.
    public IOException unreachable(IOException failed) {
        return failed instanceof AccessDeniedException
                ? failed
                : new IOException(
                        "the cluster file system of Proxmox VE at '%s' does not answer (%s)%s"
                                .formatted(directory, Failure.reason(failed), ADVICE),
                        failed);
    }

    private Path local() {
        return directory.resolve("local");
    }
}
