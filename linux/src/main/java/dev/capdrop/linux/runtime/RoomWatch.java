package dev.capdrop.linux.runtime;

import dev.capdrop.linux.time.Errand;
import module java.base;

/// Ends copies before what they write, which nothing else limits, fills up what others write to.
final class RoomWatch implements AutoCloseable {
    /// A boot writes some tens of MiB.
    static final long ROOM = 256L << 20;

    private final Errand<String> room;
    private final Runnable kill;
    private boolean watched;
    private volatile boolean closed;
    private volatile String over = "";

    RoomWatch(Errand<String> room, Runnable kill) {
        this.room = room;
        this.kill = kill;
    }

    /// Returns what is wrong with the room in a folder that has `left` bytes; or "".
    static String lacking(String place, long left, String remedy) {
        return left >= ROOM
                ? ""
                : "'%s' has %d MiB left, and what copies write needs %d; %s"
                        .formatted(place, left >> 20, ROOM >> 20, remedy);
    }

    void requireRoom() throws IOException {
        require(room.take());
    }

    static void require(String lacking) throws IOException {
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
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        }
    }

    void requireNotOver() throws IOException {
        require(over);
    }

    @Override
    public void close() {
        closed = true;
    }
}
