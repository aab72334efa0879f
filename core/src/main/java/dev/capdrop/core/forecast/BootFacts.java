package dev.capdrop.core.forecast;

import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import module java.base;

/// The facts that the rules ask of a container, found once for all forecasts over it.
record BootFacts(
        Observed seen,
        BootSet bootSet,
        Shortfalls shortfalls,
        LinkIndex links,
        OnDemand.Waiting waiting,
        AppArmorLimits confinement,
        Set<String> circles,
        List<String> beaten) {
    Systemd systemd() {
        return seen.systemd();
    }

    /// Returns who found the address taken at which a service answers that is asked for names: each
    /// boot may give it to another one.
    List<String> beatenBy(UnitState unit) {
        return beaten.isEmpty() || !answersForNames(shortfalls, unit) ? List.of() : beaten;
    }

    private static List<String> beaten(Observed seen, Shortfalls shortfalls) {
        Diagnosis known = Diagnosis.of(seen.snapshot(), it -> answersForNames(shortfalls, it));
        return Stream.concat(known.findings().stream(), known.unsettled().stream())
                .filter(finding -> foundItsAddressTaken(finding.cause()))
                .map(Diagnosis.Finding::unit)
                .toList();
    }

    private static boolean foundItsAddressTaken(Cause cause) {
        return cause instanceof Cause.AddressInUse
                || cause instanceof Cause.Repeated(Cause.AddressInUse _, _, _, _);
    }

    private static boolean answersForNames(Shortfalls shortfalls, UnitState unit) {
        return shortfalls.execution(unit).executes(Fact.NAMES);
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
                OnDemand.waiting(systemd, bootSet, shortfalls),
                AppArmorLimits.of(seen.snapshot()),
                OrderingCycles.of(systemd, bootSet),
                beaten(seen, shortfalls));
    }
}
