package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Errno;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/// Replaces, makes or removes a file beside programs that know nothing of our lock, without losing
/// what they write at the very moment.
///
/// The new file takes the name by an exchange (renameat2(2), RENAME_EXCHANGE), after which the
/// displaced file can still be looked at. A program that replaces the file by a rename is noticed
/// by the inode; one that writes into it is kept out by a lease from our last look on, and noticed
/// by its waiting. Either way its file is exchanged back and ours is withdrawn, and whoever opens
/// ours in between waits at another lease until it holds the other's content.
final class ExchangedFile {
    /// The time a writer may have the file open before we give up.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// The time for a writer who had opened our file before it was taken back.
    private static final Duration LATE = Duration.ofSeconds(2);

    /// The time after the exchange in which the displaced file may be opened by its former name.
    private static final Duration GRACE = Duration.ofMillis(10);

    /// More than the replacements by others in the moment of an exchange.
    private static final int MOST_EXCHANGES = 1000;

    private final Path target;
    private final String shown;
    private final String name;
    private final Descriptor folder;

    private ExchangedFile(Path target, String shown, Descriptor folder) {
        this.target = target;
        this.shown = shown;
        this.name = target.getFileName().toString();
        this.folder = folder;
    }

    /// Puts the complete file at [DurableFile#hidden] in the target's place. It is gone from there
    /// afterwards, unless the file system knows no exchange.
    ///
    /// @param target the file itself, not a link to it
    /// @return false where the file system knows no exchange; nothing was done
    /// @throws ConfigStore.ChangedException when the target holds something else, or was written by
    ///   another program in the meantime; that program's file is in its place
    static boolean exchange(Path target, String shown, byte[] old, byte[] next) throws IOException {
        try (Descriptor folder = folder(target)) {
            return new ExchangedFile(target, shown, folder).exchange(old, next);
        }
    }

    /// Gives the complete file at [DurableFile#hidden] the target's name, which must be free.
    ///
    /// @throws ConfigStore.ChangedException when another program has made such a file meanwhile; it
    ///   stays
    static void make(Path target, String shown) throws IOException {
        try (Descriptor folder = folder(target)) {
            ExchangedFile file = new ExchangedFile(target, shown, folder);
            if (!file.takesFree(DurableFile.hidden(target).getFileName().toString())) {
                throw new ConfigStore.ChangedException(shown);
            }
        }
    }

    /// Removes a file.
    ///
    /// @throws ConfigStore.ChangedException when it holds something else, or was written by another
    ///   program in the meantime; that program's file is in its place
    static void remove(Path target, String shown, byte[] old) throws IOException {
        try (Descriptor folder = folder(target)) {
            new ExchangedFile(target, shown, folder).remove(old);
        } catch (ErrnoException failed) {
            if (failed.errno() == Errno.ENOENT) {
                throw new ConfigStore.ChangedException(shown);
            }
            throw failed;
        }
    }

    private void remove(byte[] old) throws IOException {
        try (Descriptor current = open(name, Libc.O_RDONLY)) {
            Lease writers = Lease.againstWriters(current, PATIENCE);
            if (writers == null) {
                throw openForWriting();
            }
            if (!holds(current, old)) {
                throw new ConfigStore.ChangedException(shown);
            }
            Aside aside = new Aside(target, Aside.NOTHING, Libc.fstat(current).inode());
            Libc.renameat(folder, name, aside.name());
            boolean theirs = inode(aside.name()) != aside.old();
            if (!theirs) {
                Deadline.pause(GRACE, Lease.WRITING);
                theirs = writers.awaited();
            }
            // where there is a newer file, that one counts
            if (!theirs || !takesFree(aside.name())) {
                Libc.unlinkat(folder, aside.name());
            }
            if (theirs) {
                throw new ConfigStore.ChangedException(shown);
            }
        }
    }

    private boolean takesFree(String from) throws IOException {
        try {
            Libc.renameToFree(folder, from, name);
            return true;
        } catch (ErrnoException refused) {
            if (refused.errno() == Errno.EEXIST) {
                return false;
            }
            if (refused.errno() != Errno.EINVAL && refused.errno() != Errno.ENOSYS) {
                throw refused;
            }
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            Libc.renameat(folder, from, name);
            return true;
        }
    }

    private static IOException openForWriting() {
        return new IOException("another program has it open for writing (see fuser(1))");
    }

    private static Descriptor folder(Path target) throws IOException {
        String parent = Objects.requireNonNull(target.getParent()).toString();
        int flags = Libc.O_RDONLY | Libc.O_DIRECTORY;
        return Libc.open(parent, flags);
    }

    private boolean exchange(byte[] old, byte[] next) throws IOException {
        String hidden = DurableFile.hidden(target).getFileName().toString();
        try (Descriptor current = open(name, Libc.O_RDONLY);
                Descriptor fresh = open(hidden, Libc.O_RDWR)) {
            Lease writers = Lease.againstWriters(current, PATIENCE);
            Lease everybody = Lease.againstAll(fresh);
            if (writers == null || everybody == null) {
                throw openForWriting();
            }
            if (!holds(current, old)) {
                throw new ConfigStore.ChangedException(shown);
            }
            Aside aside = new Aside(target, Libc.fstat(fresh).inode(), Libc.fstat(current).inode());
            Libc.renameat(folder, hidden, aside.name());
            return new Exchange(aside, fresh, writers, everybody).run(next);
        }
    }

    private final class Exchange {
        private final Aside aside;
        private final Descriptor fresh;
        private final Lease writers;
        private final Lease everybody;

        Exchange(Aside aside, Descriptor fresh, Lease writers, Lease everybody) {
            this.aside = aside;
            this.fresh = fresh;
            this.writers = writers;
            this.everybody = everybody;
        }

        boolean run(byte[] next) throws IOException {
            if (!swap()) {
                return false;
            }
            if (inode(aside.name()) != aside.old() || writers.awaited()) {
                giveBackUnseen();
                throw new ConfigStore.ChangedException(shown);
            }
            everybody.release();
            Deadline.pause(GRACE, Lease.WRITING);
            boolean late = writers.awaited() && holds(fresh, next);
            if (late) {
                giveBack(aside.fresh(), aside.old());
                writers.release();
            }
            Libc.unlinkat(folder, aside.name());
            if (late) {
                throw new ConfigStore.ChangedException(shown);
            }
            return true;
        }

        private boolean swap() throws IOException {
            try {
                Libc.exchange(folder, aside.name(), name);
                return true;
            } catch (ErrnoException refused) {
                if (refused.errno() != Errno.EINVAL && refused.errno() != Errno.ENOSYS) {
                    Libc.unlinkat(folder, aside.name());
                    throw refused;
                }
                String hidden = DurableFile.hidden(target).getFileName().toString();
                Libc.renameat(folder, aside.name(), hidden);
                return false;
            }
        }

        /// Gives back a file that another program had put there between our last look and the
        /// exchange, or waits to write into. Nobody has seen ours yet, and a waiting writer will
        /// find the other's content in it.
        private void giveBackUnseen() throws IOException {
            giveBack(aside.fresh(), inode(aside.name()));
            byte[] theirs;
            long inode;
            try (Descriptor file = open(name, Libc.O_RDONLY)) {
                theirs = ConfigFile.read(file);
                inode = Libc.fstat(file).inode();
            }
            boolean written = everybody.awaitedByWriter();
            overwrite(fresh, theirs);
            everybody.release();
            writers.release();
            if (written && changes(fresh, theirs)) {
                giveBack(inode, aside.fresh());
            }
            Libc.unlinkat(folder, aside.name());
        }

        /// Exchanges until our own file comes out, so that the newest of others stays.
        ///
        /// @param put the inode that we have put at the name
        /// @param back the inode that stands aside
        private void giveBack(long put, long back) throws IOException {
            long in = put;
            long out = back;
            for (int i = 0; i < MOST_EXCHANGES; i++) {
                Libc.exchange(folder, aside.name(), name);
                long displaced = inode(aside.name());
                if (displaced == in) {
                    return;
                }
                in = out;
                out = displaced;
            }
            throw new IOException("another program replaces it without pause");
        }
    }

    /// Waits for a write into a displaced file; returns whether there was one.
    private static boolean changes(Descriptor displaced, byte[] content) throws IOException {
        long end = System.nanoTime() + LATE.toNanos();
        while (System.nanoTime() < end) {
            Deadline.pause(GRACE, Lease.WRITING);
            boolean closed = Lease.againstWriters(displaced, LATE) != null;
            if (!holds(displaced, content)) {
                return closed;
            }
        }
        return false;
    }

    private static boolean holds(Descriptor file, byte[] content) throws IOException {
        return Arrays.equals(ConfigFile.read(file), content);
    }

    private static void overwrite(Descriptor file, byte[] content) throws IOException {
        Libc.ftruncate(file, 0);
        Libc.lseek(file, 0);
        Libc.writeAll(file, content);
    }

    private Descriptor open(String file, int access) throws IOException {
        return Libc.openat(folder, file, access | Libc.O_NOFOLLOW | Libc.O_NONBLOCK, 0);
    }

    private long inode(String file) throws IOException {
        try (Descriptor opened = open(file, Libc.O_PATH)) {
            return Libc.fstat(opened).inode();
        }
    }
}
