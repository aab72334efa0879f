package dev.capdrop.core.snapshot;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.snapshot.Systemd.Job;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A boot that has not ended; `units` are those that systemd starts or stops now, if it said so.
public record UnfinishedBoot(List<String> units, int jobs, Duration age) {
    /// Most jobs are given up after 90 s (systemd-system.conf(5), `DefaultTimeoutStartSec=`).
    private static final Duration HANGS = Duration.ofSeconds(100);

    private static final int NAMED = 3;

    /// Returns the boot of this container, or null when it has ended or nothing is known of it.
    public static @Nullable UnfinishedBoot of(Snapshot snapshot) {
        return snapshot.view() instanceof Snapshot.Observed seen
                        && snapshot.running()
                        && seen.systemd().booting()
                ? of(seen.systemd(), Duration.between(seen.init().startedAt(), snapshot.takenAt()))
                : null;
    }

    /// Returns the boot of `systemd`, which has not ended and began `age` ago.
    public static UnfinishedBoot of(Systemd systemd, Duration age) {
        List<String> units =
                systemd.queue().stream().filter(Job::running).map(Job::unit).distinct().toList();
        return new UnfinishedBoot(
                units, systemd.manager().jobs(), age.isNegative() ? Duration.ZERO : age);
    }

    /// Whether the boot will not end by itself, as far as anybody can tell.
    public boolean hangs() {
        return !units.isEmpty() && age.compareTo(HANGS) >= 0;
    }

    /// Returns a clause such as `waiting for hang.service, 12 s`.
    public String sentence() {
        return step() + ", " + age.toSeconds() + " s";
    }

    /// Returns the sentence without its age, for who has a clock of his own.
    public String step() {
        return "waiting for " + (units.isEmpty() ? jobs + " jobs" : Names.some(units, NAMED));
    }
}
