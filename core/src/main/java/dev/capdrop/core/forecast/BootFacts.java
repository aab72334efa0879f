package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import module java.base;

/// The facts that the rules ask of a container, found once for all forecasts over it.
record BootFacts(
        Observed seen,
        BootSet bootSet,
        Shortfalls shortfalls,
        LinkIndex links,
        Map<String, String> opponents,
        OnDemand.Waiting waiting,
        AppArmorLimits confinement,
        Set<String> circles) {
    Systemd systemd() {
        return seen.systemd();
    }

    static BootFacts of(Observed seen) {
        Systemd systemd = seen.systemd();
        BootSet bootSet = new BootSet(systemd);
        Shortfalls shortfalls = new Shortfalls(seen.snapshot());
        return new BootFacts(
                seen,
                bootSet,
                shortfalls,
                new LinkIndex(systemd, shortfalls),
                bootSet.opponents(systemd),
                OnDemand.waiting(systemd, bootSet, shortfalls),
                AppArmorLimits.of(seen.snapshot()),
                OrderingCycles.of(systemd, bootSet));
    }
}
