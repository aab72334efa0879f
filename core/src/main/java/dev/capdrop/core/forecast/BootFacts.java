package dev.capdrop.core.forecast;

import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import module java.base;

/// The facts that the rules ask of a container, found once for all forecasts over it.
record BootFacts(
        Observed seen,
        Systemd systemd,
        BootSet bootSet,
        Shortfalls shortfalls,
        LinkIndex links,
        Map<String, String> opponents,
        AppArmorLimits confinement,
        Set<String> circles) {
    Init init() {
        return seen.init();
    }

    static BootFacts of(Observed seen) {
        Systemd systemd = seen.systemd();
        BootSet bootSet = new BootSet(systemd);
        Shortfalls shortfalls = new Shortfalls(seen.snapshot());
        return new BootFacts(
                seen,
                systemd,
                bootSet,
                shortfalls,
                new LinkIndex(systemd, shortfalls),
                bootSet.opponents(systemd),
                AppArmorLimits.of(seen.snapshot()),
                OrderingCycles.of(systemd, bootSet));
    }
}
