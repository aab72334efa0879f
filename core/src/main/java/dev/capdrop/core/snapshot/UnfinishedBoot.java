package dev.capdrop.core.snapshot;

import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A boot that has not ended, and what it waits for.
///
/// @param units those that systemd starts or stops right now; empty when it did not say
/// @param jobs how many jobs are left
/// @param age how long ago it began
public record UnfinishedBoot(List<String> units, int jobs, Duration age) {
    /// A boot of that age has not ended because one of its jobs hangs. Jobs that have a limit of
    /// time, as most have, are given up by systemd after 90 s (systemd-system.conf(5),
    /// `DefaultTimeoutStartSec=`).
    private static final Duration HANGS = Duration.ofSeconds(100);

    /// The most units that a sentence names.
    private static final int NAMED = 3;

    public UnfinishedBoot {
        units = List.copyOf(units);
    }

    /// The boot of this container, or null when it has ended or nothing is known of it.
    public static @Nullable UnfinishedBoot of(Snapshot snapshot) {
        return snapshot.view() instanceof Observed seen
                        && snapshot.running()
                        && seen.systemd().booting()
                ? of(seen.systemd(), Duration.between(seen.init().startedAt(), snapshot.takenAt()))
                : null;
    }

    /// What a boot waits for that began so long ago.
    ///
    /// @param systemd of a boot that has not ended
    public static UnfinishedBoot of(Systemd systemd, Duration age) {
        List<String> units =
                systemd.queue().stream().filter(Job::running).map(Job::unit).distinct().toList();
        return new UnfinishedBoot(
                units, systemd.manager().jobs(), age.isNegative() ? Duration.ZERO : age);
    }

    /// Whether it will not end by itself, as far as anybody can tell.
    public boolean hangs() {
        return !units.isEmpty() && age.compareTo(HANGS) >= 0;
    }

    /// `waiting for hang.service, 12 s`.
    public String sentence() {
        return "waiting for " + what() + ", " + age.toSeconds() + " s";
    }

    private String what() {
        if (units.isEmpty()) {
            return jobs + " jobs";
        }
        List<String> named = new ArrayList<>(units.subList(0, Math.min(NAMED, units.size())));
        int more = units.size() - named.size();
        return String.join(", ", named) + (more == 0 ? "" : " and " + more + " more");
    }
}
