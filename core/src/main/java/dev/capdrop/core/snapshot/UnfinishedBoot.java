package dev.capdrop.core.snapshot;

import dev.capdrop.core.document.Names;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd.Job;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A boot that has not ended.
///
/// @param units the units that systemd starts or stops right now; empty when it did not say
public record UnfinishedBoot(List<String> units, int jobs, Duration age) {
    /// The age at which a boot must be hanging on a job: systemd gives up jobs with a time limit,
    /// as most have, after 90 s (systemd-system.conf(5), `DefaultTimeoutStartSec=`).
    private static final Duration HANGS = Duration.ofSeconds(100);

    private static final int NAMED = 3;

    public UnfinishedBoot {
        units = List.copyOf(units);
    }

    /// Returns the boot of this container, or null when it has ended or nothing is known of it.
    public static @Nullable UnfinishedBoot of(Snapshot snapshot) {
        return snapshot.view() instanceof Observed seen
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

    /// Returns the same without its age, for who has a clock of his own.
    public String step() {
        return "waiting for " + (units.isEmpty() ? jobs + " jobs" : Names.some(units, NAMED));
    }
}
