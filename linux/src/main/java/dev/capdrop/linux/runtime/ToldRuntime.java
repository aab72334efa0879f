package dev.capdrop.linux.runtime;

import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.time.Deadline.Patience;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A runtime that is told to start or stop a container, which is then waited for: a program may be
/// done before the container is, and a daemon may only queue what it is told.
abstract class ToldRuntime implements HostRuntime {
    final RunningContainers running;

    ToldRuntime(RunningContainers running) {
        this.running = running;
    }

    /// @param reason why it was not done, behind a sentence; empty where it was
    /// @param patience how long it may take to be seen
    record Told(String reason, Patience patience) {
        static Told of(String reason, Duration grace) {
            return reason.isEmpty()
                    ? new Told("", Patience.atLeast(grace))
                    : new Told(": " + reason, Patience.exactly(Duration.ZERO));
        }
    }

    /// Refuses to stop a container that must not be stopped here.
    void requireStoppable(ContainerId container) throws IOException {
        var refused = notRestartable(container);
        if (refused != null) {
            throw new IOException("'" + container.target() + "': " + refused.sentence());
        }
    }

    /// Returns what tells this start of a container from its next; null while it does not run. A
    /// reboot from inside that leaves liblxc the old configuration is the same start.
    @Nullable Object current(ContainerId container) throws IOException {
        return MonitorSocket.inode(container);
    }

    @Override
    public final boolean running(ContainerId container) throws IOException {
        return current(container) != null;
    }

    abstract Told tellToStop(ContainerId container, Duration timeout, boolean force)
            throws IOException;

    /// Tells it to start a container, which somebody else may start at the same time: then that
    /// start is as good.
    abstract Told tellToStart(ContainerId container, Duration timeout) throws IOException;

    @Override
    public final void stop(ContainerId container, Duration timeout, boolean force)
            throws IOException {
        Object start = current(container);
        if (start == null) {
            return;
        }
        requireStoppable(container);
        // what it is asked before it listens is lost, and it would run on for the whole time
        until(() -> !running.isTooYoung(container), Patience.exactly(timeout));
        long began = System.nanoTime();
        Told told = tellToStop(container, timeout, force);
        if (!ends(container, start, told.patience)) {
            throw stillRuns(container, began, force, told.reason);
        }
    }

    /// Waits for the end of that start, which has come all the same where somebody else starts the
    /// container at once.
    final boolean ends(ContainerId container, Object start, Patience patience) throws IOException {
        return until(() -> !start.equals(current(container)), patience);
    }

    @Override
    public final boolean start(ContainerId container, Duration timeout) throws IOException {
        if (running(container)) {
            return false;
        }
        requireStarted(container, tellToStart(container, timeout));
        return true;
    }

    final void requireStarted(ContainerId container, Told told) throws IOException {
        if (!until(() -> running(container), told.patience)) {
            String why = told.reason.isEmpty() ? "ended as soon as it had started" : told.reason;
            throw new IOException("'%s' %s".formatted(container.target(), why));
        }
    }

    static boolean until(Errand<Boolean> condition, Patience patience) throws IOException {
        return patience.begin()
                .until(Duration.ofMillis(20), "a container started or stopped", condition);
    }

    static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }

    static IOException stillRuns(ContainerId container, long began, boolean force, String because) {
        String kept = "; nothing was killed (--force-stop would), and it may still shut down";
        long seconds = wholeSeconds(Duration.ofNanos(System.nanoTime() - began));
        return new IOException(
                "'%s' still runs %d s after it was to stop%s%s"
                        .formatted(container.target(), seconds, force ? "" : kept, because));
    }

    /// The abstract socket at which a container's monitor takes commands, from before its start
    /// until its state is STOPPED: it needs neither a program nor a configuration that loads.
    ///
    /// Source: liblxc's `lxc_make_abstract_socket_name` (`commands_utils.c`); unix(7); proc(5).
    static final class MonitorSocket {
        /// sun_path's 108 bytes without the first and the last, and liblxc wants one to spare.
        private static final int MAX_LENGTH = 105;

        private static final long FNV_OFFSET = 0xcbf29ce484222325L;
        private static final long FNV_PRIME = 0x100000001b3L;

        /// `__SO_ACCEPTCON`: somebody listens there.
        private static final String LISTENING = "00010000";

        static @Nullable String inode(ContainerId container) throws IOException {
            return inode(Path.of("/proc/net/unix"), name(container));
        }

        /// The socket's name in the table; liblxc hashes one that is too long.
        static String name(ContainerId container) {
            byte[] folder =
                    (container.lxcPath() + "/" + container.name()).getBytes(StandardCharsets.UTF_8);
            return folder.length + "/command".length() <= MAX_LENGTH
                    ? "@" + new String(folder, StandardCharsets.ISO_8859_1) + "/command"
                    : "@lxc/" + HexFormat.of().toHexDigits(fnv64a(folder)) + "/command";
        }

        static @Nullable String inode(Path table, String name) throws IOException {
            try (BufferedReader lines =
                    Files.newBufferedReader(table, StandardCharsets.ISO_8859_1)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    String[] columns = line.split(" +", 8);
                    if (columns.length == 8
                            && columns[3].equals(LISTENING)
                            && columns[7].equals(name)) {
                        return columns[6];
                    }
                }
            }
            return null;
        }

        private static long fnv64a(byte[] bytes) {
            long hash = FNV_OFFSET;
            for (byte b : bytes) {
                hash = (hash ^ (b & 0xff)) * FNV_PRIME;
            }
            return hash;
        }
    }
}
