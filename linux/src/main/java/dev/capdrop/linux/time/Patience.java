package dev.capdrop.linux.time;

import java.time.Duration;

/// The time that something may take, longer on a busy machine unless it is exact.
public record Patience(Duration time, boolean exact) {
    /// Returns a time of the user's choice.
    public static Patience exactly(Duration time) {
        return new Patience(time, true);
    }

    /// Returns a time of our choice, which only hanging programs exceed; longer on a busy machine.
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
