package dev.capdrop.linux.time;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A moment that nothing can put off, or only a busy machine, within bounds.
///
/// Our limits tell hanging programs from working ones. Where many processes share a processor, a
/// program may take that much longer without hanging: a second counts only for its share of a
/// processor, yet for an eighth at the least, and no limit gets more than four minutes longer. A
/// machine made busy to hold us up gains no more than that.
public final class Deadline {
    /// The divisor of the least that a second counts for.
    private static final int MOST = 8;

    private static final long LONGEST_MORE = Duration.ofMinutes(4).toNanos();

    private static final long LOOK_AGAIN = Duration.ofSeconds(1).toNanos();

    private final Duration allowed;
    private final Machine machine;
    private final long begun;

    /// The moment beyond which nothing puts it off.
    private final long latest;

    private long asked;
    private double busy;

    /// The nanoseconds left on a machine that is not busy.
    private double left;

    interface Machine {
        long now();

        double busy();
    }

    /// A machine whose load makes no difference.
    private static final Machine EXACT = new Processors(() -> 1.0);

    private Deadline(Duration allowed, Machine machine, long latest) {
        this.allowed = allowed;
        this.machine = machine;
        this.begun = machine.now();
        this.latest = latest;
        this.asked = begun;
        this.busy = 1;
        this.left = allowed.toNanos();
    }

    /// Returns a deadline that nothing puts off.
    public static Deadline in(Duration allowed) {
        return new Deadline(allowed, EXACT, EXACT.now() + allowed.toNanos());
    }

    /// Returns a deadline for a machine that is not busy.
    public static Deadline atLeast(Duration allowed) {
        return atLeast(allowed, Processors.OF_THIS_MACHINE);
    }

    static Deadline atLeast(Duration allowed, Machine machine) {
        long nanos = allowed.toNanos();
        long more = Math.min(nanos * (MOST - 1), LONGEST_MORE);
        return new Deadline(allowed, machine, machine.now() + nanos + more);
    }

    /// Returns this deadline, or a fixed one if that is earlier.
    public Deadline notAfter(Deadline other) {
        return new Deadline(allowed, machine, Math.min(latest, other.latest));
    }

    /// Returns the nanoseconds to wait before asking again; zero or less when it has passed.
    public synchronized long toWait() {
        long now = machine.now();
        double before = busy;
        busy = busy(machine);
        // a caller that waits for a processor asks late
        left -= (now - asked) / Math.max(before, busy);
        asked = now;
        long until = Math.min((long) Math.ceil(left * busy), latest - now);
        return Math.min(until, LOOK_AGAIN);
    }

    /// Returns how many times as long everything may take.
    static double busy(Machine machine) {
        return Math.clamp(machine.busy(), 1, MOST);
    }

    public boolean passed() {
        return toWait() <= 0;
    }

    /// A look for something that may not be there yet.
    @FunctionalInterface
    public interface Look<T> {
        /// Returns what was found; null where nothing was.
        @Nullable T at() throws IOException;
    }

    /// Returns what the first look finds that finds something, with a pause before each but the
    /// first; null when the deadline has passed before.
    ///
    /// @param doing what an interruption is told to have ended, behind "while"
    public <T> @Nullable T await(Duration pause, String doing, Look<T> look) throws IOException {
        T found = look.at();
        while (found == null && !passed()) {
            pause(pause, doing);
            found = look.at();
        }
        return found;
    }

    /// Sleeps.
    ///
    /// @param doing what an interruption is told to have ended, behind "while"
    /// @throws InterruptedIOException when this thread is interrupted, which it stays
    public static void pause(Duration time, String doing) throws InterruptedIOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + doing);
        }
    }

    /// Returns its original length for messages, and how long it became.
    public String allowed() {
        long tenths = Math.max(1, allowed.toMillis() / 100);
        String seconds =
                tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
        return seconds + " s" + longer();
    }

    /// Returns how long it became on a busy machine, in brackets; empty where it did not.
    public String longer() {
        Duration took = Duration.ofNanos(machine.now() - begun);
        boolean longer =
                latest - begun > allowed.toNanos() && took.compareTo(allowed.multipliedBy(2)) >= 0;
        return longer ? " (%d s on this busy machine)".formatted(took.toSeconds()) : "";
    }
}
