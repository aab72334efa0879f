package dev.capdrop.linux.time;

import java.time.Duration;

/// A moment that nothing can put off, or that a busy machine alone puts off, within bounds.
///
/// A limit of ours tells what hangs from what works. Where many processes share a processor,
/// nothing hangs that takes so much longer: there a second counts for as little of the limit as
/// each of them has of a processor, yet for an eighth at the least, and no limit gets more than
/// four minutes longer. Whoever makes a machine busy to hold us up gets no more than that.
public final class Deadline {
    /// For so little a second counts at the least.
    private static final int MOST = 8;

    private static final long LONGEST_MORE = Duration.ofMinutes(4).toNanos();

    /// How busy the machine is changes.
    private static final long LOOK_AGAIN = Duration.ofSeconds(1).toNanos();

    private final Duration allowed;
    private final Machine machine;
    private final long begun;

    /// Nothing puts it off beyond that.
    private final long latest;

    private long asked;
    private double busy;

    /// The nanoseconds of a machine that is not busy.
    private double left;

    /// The clock, and what the machine does beside.
    interface Machine {
        /// Nanoseconds by a clock that nobody sets.
        long now();

        /// How many times as long as alone everything takes.
        double busy();
    }

    /// A machine of which it makes no difference how busy it is.
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

    /// In so much time, whatever happens.
    public static Deadline in(Duration allowed) {
        return new Deadline(allowed, EXACT, EXACT.now() + allowed.toNanos());
    }

    /// In so much time of a machine that is not busy.
    public static Deadline atLeast(Duration allowed) {
        return atLeast(allowed, Processors.OF_THIS_MACHINE);
    }

    static Deadline atLeast(Duration allowed, Machine machine) {
        long nanos = allowed.toNanos();
        long more = Math.min(nanos * (MOST - 1), LONGEST_MORE);
        return new Deadline(allowed, machine, machine.now() + nanos + more);
    }

    /// The same, but not after another one that nothing puts off.
    public Deadline notAfter(Deadline other) {
        return new Deadline(allowed, machine, Math.min(latest, other.latest));
    }

    /// How many nanoseconds to wait before it is asked again; zero or less when it has passed.
    public synchronized long toWait() {
        long now = machine.now();
        double before = busy;
        busy = busy(machine);
        // who waits for a processor asks late
        left -= (now - asked) / Math.max(before, busy);
        asked = now;
        long until = Math.min((long) Math.ceil(left * busy), latest - now);
        return Math.min(until, LOOK_AGAIN);
    }

    /// How many times as long everything may take.
    static double busy(Machine machine) {
        return Math.clamp(machine.busy(), 1, MOST);
    }

    public boolean passed() {
        return toWait() <= 0;
    }

    /// How long it was when it was set, for messages, and how long it became.
    public String allowed() {
        long tenths = Math.max(1, allowed.toMillis() / 100);
        String seconds =
                tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10;
        return seconds + " s" + longer();
    }

    /// In brackets how long it became on a busy machine, for messages; empty where it is as long as
    /// it was set.
    public String longer() {
        Duration took = Duration.ofNanos(machine.now() - begun);
        boolean longer =
                latest - begun > allowed.toNanos() && took.compareTo(allowed.multipliedBy(2)) >= 0;
        return longer ? " (%d s on this busy machine)".formatted(took.toSeconds()) : "";
    }
}
