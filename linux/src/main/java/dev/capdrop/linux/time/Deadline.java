package dev.capdrop.linux.time;

import java.time.Duration;

/// A moment that nothing can put off.
public final class Deadline {
    private final long end;
    private final Duration allowed;

    private Deadline(long end, Duration allowed) {
        this.end = end;
        this.allowed = allowed;
    }

    public static Deadline in(Duration allowed) {
        return new Deadline(System.nanoTime() + allowed.toNanos(), allowed);
    }

    /// The nanoseconds left; zero or less when it has passed.
    public long remaining() {
        return end - System.nanoTime();
    }

    public boolean passed() {
        return remaining() <= 0;
    }

    /// How long it was when it was set, in seconds, for messages.
    public String allowed() {
        long tenths = Math.max(1, allowed.toMillis() / 100);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
    }
}
