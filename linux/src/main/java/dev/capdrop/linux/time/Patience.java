package dev.capdrop.linux.time;

import java.time.Duration;

/// How long something may take.
///
/// @param time how long that is
/// @param exact whether it is so on a busy machine, too
public record Patience(Duration time, boolean exact) {
    /// So long and no longer: what the user said.
    public static Patience exactly(Duration time) {
        return new Patience(time, true);
    }

    /// A time of ours, for which nothing takes that does not hang; longer on a busy machine.
    public static Patience atLeast(Duration time) {
        return new Patience(time, false);
    }

    /// From now on.
    public Deadline begin() {
        return exact ? Deadline.in(time) : Deadline.atLeast(time);
    }

    /// Whether it is over for what has gone on for so long, on this machine as it is now.
    public boolean overBy(Duration age) {
        double busy = exact ? 1 : Deadline.busy(Processors.OF_THIS_MACHINE);
        return age.toNanos() > time.toNanos() * busy;
    }

    /// The same and some time more.
    public Patience plus(Duration more) {
        return new Patience(time.plus(more), exact);
    }
}
