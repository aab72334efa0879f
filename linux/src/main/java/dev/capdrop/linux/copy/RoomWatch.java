package dev.capdrop.linux.copy;

import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/// Ends copies before what they write fills up what others write to, too: nothing limits them one
/// by one.
final class RoomWatch implements AutoCloseable {
    /// A boot writes some tens of MiB.
    static final long ROOM = 256L << 20;

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Errand<String> room;
    private final Runnable kill;
    private boolean watched;
    private volatile boolean closed;
    private volatile String over = "";

    RoomWatch(Errand<String> room, Runnable kill) {
        this.room = room;
        this.kill = kill;
    }

    /// Returns what is wrong with the room in a folder; empty where it is enough.
    ///
    /// @param left how many bytes are left
    static String lacking(String place, long left, String remedy) {
        return left >= ROOM
                ? ""
                : "'%s' has %d MiB left, and what copies write needs %d; %s"
                        .formatted(place, left >> 20, ROOM >> 20, remedy);
    }

    void requireRoom() throws IOException {
        String lacking = room.take();
        if (!lacking.isEmpty()) {
            throw new IOException(lacking);
        }
    }

    synchronized void begin() {
        if (!watched) {
            watched = true;
            Thread.ofPlatform().daemon().name("room").start(this::watch);
        }
    }

    private void watch() {
        while (!closed) {
            try {
                requireRoom();
            } catch (IOException full) {
                over = Objects.requireNonNullElse(full.getMessage(), "no room is left");
            }
            if (!over.isEmpty()) {
                kill.run();
            }
            LockSupport.parkNanos(SECOND.toNanos());
        }
    }

    void requireNotOver() throws IOException {
        if (!over.isEmpty()) {
            throw new IOException(over);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
