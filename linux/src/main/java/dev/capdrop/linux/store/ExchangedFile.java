package dev.capdrop.linux.store;

import dev.capdrop.core.change.ConfigStore;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Replaces, makes or removes a file beside programs that know nothing of our lock, without losing
/// what they write at the very moment.
///
/// The new file takes the name by an exchange (renameat2(2), RENAME_EXCHANGE). A program that
/// replaces the file by a rename is noticed by the displaced inode; one that writes into it is kept
/// out by a lease from our last look on, and noticed by its waiting. Either way its file is
/// exchanged back, and whoever opens ours in between waits at another lease until it holds that
/// content.
final class ExchangedFile {
    /// The time a writer may have the file open before we give up.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// The time for a writer who had opened our file before it was taken back.
    private static final Duration LATE = Duration.ofSeconds(2);

    /// The time after the exchange in which the displaced file may be opened by its former name.
    private static final Duration GRACE = Duration.ofMillis(10);

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

    /// Puts the complete file at [DurableFile#hidden], which is gone then, in the target's place;
    /// returns false, with nothing done, where the file system knows no exchange.
    ///
    /// @throws ConfigStore.ChangedException when another program's file is in its place
    static boolean exchange(Path target, String shown, byte[] old, byte[] next) throws IOException {
        try (Descriptor folder = folder(target)) {
            return new ExchangedFile(target, shown, folder).exchange(old, next);
        }
    }

    /// Gives the complete file at [DurableFile#hidden] the target's name, which must be free.
    static void make(Path target, String shown) throws IOException {
        try (Descriptor folder = folder(target)) {
            ExchangedFile file = new ExchangedFile(target, shown, folder);
            if (!file.takesFree(DurableFile.hidden(target).getFileName().toString())) {
                throw new ConfigStore.ChangedException(shown);
            }
        }
    }

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
        return Libc.open(parent, Libc.O_RDONLY | Libc.O_DIRECTORY);
    }

    private boolean exchange(byte[] old, byte[] next) throws IOException {
        String hidden = DurableFile.hidden(target).getFileName().toString();
        try (Descriptor current = open(name, Libc.O_RDONLY);
                Descriptor fresh = open(hidden, Libc.O_RDWR)) {
            Lease writers = Lease.againstWriters(current, PATIENCE);
            Lease everybody = Lease.tryTake(fresh, Libc.F_WRLCK);
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
        /// exchange, or waits to write into; it will find the other's content in ours.
        private void giveBackUnseen() throws IOException {
            giveBack(aside.fresh(), inode(aside.name()));
            byte[] theirs;
            long inode;
            try (Descriptor file = open(name, Libc.O_RDONLY)) {
                theirs = ConfigFile.read(file);
                inode = Libc.fstat(file).inode();
            }
            boolean written = everybody.awaitedByWriter();
            Libc.ftruncate(fresh, 0);
            Libc.lseek(fresh, 0);
            Libc.writeAll(fresh, theirs);
            everybody.release();
            writers.release();
            if (written && changes(fresh, theirs)) {
                giveBack(inode, aside.fresh());
            }
            Libc.unlinkat(folder, aside.name());
        }

        /// Exchanges until our own file, the inode `put`, comes out, so that the newest of others,
        /// first the one aside, stays.
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

    private Descriptor open(String file, int access) throws IOException {
        return Libc.openat(folder, file, access | Libc.O_NOFOLLOW | Libc.O_NONBLOCK, 0);
    }

    private long inode(String file) throws IOException {
        try (Descriptor opened = open(file, Libc.O_PATH)) {
            return Libc.fstat(opened).inode();
        }
    }

    /// A lease on an open file: while it is held, whoever opens the file in the conflicting way
    /// waits in open(2). The kernel grants one only while nobody has the file open so (fcntl(2),
    /// "Leases"); where the file system has none, or we may not have one, nothing is held and
    /// nobody waits.
    private record Lease(Descriptor file, int kind, boolean held) {
        static final String WRITING = "another program wrote a file";

        /// Waits until nobody has the file, which is open for reading alone, open for writing, and
        /// holds off new writers; null when a writer still has it open.
        static @Nullable Lease againstWriters(Descriptor file, Duration patience)
                throws IOException {
            return Deadline.in(patience)
                    .await(Duration.ofMillis(1), WRITING, () -> tryTake(file, Libc.F_RDLCK));
        }

        /// Holds off new writers from a file, or of [Libc#F_WRLCK] everybody else; null when
        /// somebody has it open so.
        static @Nullable Lease tryTake(Descriptor file, int kind) {
            try {
                // the default action of the signal for a waiting process would end this one
                Libc.fcntl(file, Libc.F_SETSIG, Libc.SIGURG);
                Libc.fcntl(file, Libc.F_SETLEASE, kind);
                return new Lease(file, kind, true);
            } catch (ErrnoException refused) {
                return refused.errno() == Errno.EAGAIN ? null : new Lease(file, kind, false);
            }
        }

        boolean awaited() throws ErrnoException {
            return held && Libc.fcntl(file, Libc.F_GETLEASE, 0) != kind;
        }

        boolean awaitedByWriter() throws ErrnoException {
            return held && Libc.fcntl(file, Libc.F_GETLEASE, 0) == Libc.F_UNLCK;
        }

        void release() throws ErrnoException {
            if (held) {
                Libc.fcntl(file, Libc.F_SETLEASE, Libc.F_UNLCK);
            }
        }
    }
}
