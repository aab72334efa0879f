package dev.capdrop.linux.time;

import module java.base;

import org.jspecify.annotations.Nullable;

/// A moment that nothing can put off, or only a busy machine, within bounds.
///
/// Where many processes share a processor, a program may take that much longer without hanging: a
/// second counts only for its share of a processor, yet for an eighth at the least, and no limit
/// gets more than four minutes longer, so that a machine made busy holds us up no more than that.
public final class Deadline {
    /// The divisor of the least that a second counts for.
    private static final int MOST = 8;

    private static final long LONGEST_MORE = Duration.ofMinutes(4).toNanos();
    private static final long LOOK_AGAIN = Duration.ofSeconds(1).toNanos();

    private final Duration allowed;
    private final Machine machine;
    private final long begun;

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

    public static Deadline in(Duration allowed) {
        return new Deadline(allowed, EXACT, EXACT.now() + allowed.toNanos());
    }

    public static Deadline atLeast(Duration allowed) {
        return atLeast(allowed, Processors.OF_THIS_MACHINE);
    }

    static Deadline atLeast(Duration allowed, Machine machine) {
        long nanos = allowed.toNanos();
        long more = Math.min(nanos * (MOST - 1), LONGEST_MORE);
        return new Deadline(allowed, machine, machine.now() + nanos + more);
    }

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

    static double busy(Machine machine) {
        return Math.clamp(machine.busy(), 1, MOST);
    }

    public boolean passed() {
        return toWait() <= 0;
    }

    /// Returns what the first successful look finds, with a pause before each but the first; null
    /// when the deadline has passed before.
    ///
    /// @param doing what an interruption is told to have ended, behind "while"
    public <T> @Nullable T await(Duration pause, String doing, Errand<? extends @Nullable T> look)
            throws IOException {
        T found = look.take();
        while (found == null && !passed()) {
            pause(pause, doing);
            found = look.take();
        }
        return found;
    }

    /// Awaits a condition; false when the deadline has passed before.
    public boolean until(Duration pause, String doing, Errand<Boolean> condition)
            throws IOException {
        return await(pause, doing, () -> condition.take() ? Boolean.TRUE : null) != null;
    }

    /// Sleeps; an interrupted thread stays so, and `doing` stands behind "while" in the sentence.
    public static void pause(Duration time, String doing) throws InterruptedIOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + doing);
        }
    }

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

    /// The number of runnable processes for each processor (proc_loadavg(5)): so many times as long
    /// each of them takes. The averages beside it count waits for disks, too.
    record Processors(DoubleSupplier wanted) implements Deadline.Machine {
        static final Processors OF_THIS_MACHINE = new Processors(Processors::look);
        private static final Path LOAD = Path.of("/proc/loadavg");
        private static final long FRESH = Duration.ofMillis(100).toNanos();

        private static volatile Look last = new Look(1, System.nanoTime() - FRESH);

        private record Look(double wanted, long when) {}

        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public double busy() {
            return wanted.getAsDouble();
        }

        private static double look() {
            long now = System.nanoTime();
            if (now - last.when >= FRESH) {
                last = new Look(wantedNow(), now);
            }
            return last.wanted;
        }

        private static double wantedNow() {
            try {
                return wanted(Files.readString(LOAD), Runtime.getRuntime().availableProcessors());
            } catch (IOException | NumberFormatException untold) {
                return 1;
            }
        }

        /// Parses `0.20 0.18 0.12 1/80 11206`.
        static double wanted(String load, int processors) {
            String running = load.substring(0, load.indexOf('/'));
            return Double.parseDouble(running.substring(running.lastIndexOf(' ') + 1)) / processors;
        }
    }

    /// The time that something may take, longer on a busy machine unless it is exact.
    public record Patience(Duration time, boolean exact) {
        public static Patience exactly(Duration time) {
            return new Patience(time, true);
        }

        /// Returns a time of our choice, which only hanging programs exceed.
        public static Patience atLeast(Duration time) {
            return new Patience(time, false);
        }

        public Deadline begin() {
            return exact ? Deadline.in(time) : Deadline.atLeast(time);
        }

        /// Whether it is over for something of this age, on the machine as it is now.
        public boolean overBy(Duration age) {
            double busy = exact ? 1 : Deadline.busy(Processors.OF_THIS_MACHINE);
            return age.toNanos() > time.toNanos() * busy;
        }

        public Patience plus(Duration more) {
            return new Patience(time.plus(more), exact);
        }
    }
}
