package dev.capdrop.core.change;

import dev.capdrop.core.change.Change.Ports;
import dev.capdrop.core.forecast.OwnFailure;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitDetail.Activation;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.verification.Verification;
import dev.capdrop.core.verification.Verification.Mismatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Tells units that fail for want of what was dropped, whenever they are started, from those that
/// happened to fail in this boot: each is started again, at no cost to others, with the drop in
/// force, up to [#STARTS] times; one that works once did not fail of the drop.
final class Retrial {
    /// What fails in half of all starts fails in so many in a row once in 1,024 times.
    static final int STARTS = 10;

    private static final Duration LEAST = Duration.ofSeconds(2);

    private final Ports ports;
    private final Observed after;
    private final Duration timeout;
    private final Set<String> acquitted = new HashSet<>();

    private Retrial(Ports ports, Observed after, Duration timeout) {
        this.ports = ports;
        this.after = after;
        this.timeout = timeout;
    }

    /// Returns the units that are up again; all that are laid to the drop, or none.
    static Set<String> acquitted(
            Ports ports, Verification verification, Snapshot after, Duration timeout) {
        List<String> accused =
                verification.mismatches().stream()
                        .filter(one -> one.harm() && one.byDrop())
                        .map(Mismatch::unit)
                        .toList();
        if (accused.isEmpty() || !(after.view() instanceof Observed seen)) {
            return Set.of();
        }
        Retrial retrial = new Retrial(ports, seen, timeout);
        try {
            return retrial.clears(accused) ? retrial.acquitted : Set.of();
        } catch (IOException untold) {
            // where systemd cannot be told to start it, nothing speaks for the drop
            ports.progress().step("it cannot be started again: " + untold.getMessage());
            return Set.of();
        }
    }

    private boolean clears(List<String> accused) throws IOException {
        List<String> own = accused.stream().filter(this::failedByItself).toList();
        List<String> others = new ArrayList<>(accused);
        others.removeAll(own);
        if (own.isEmpty()
                || !others.stream()
                        .allMatch(name ->
                                detail(name).dependencies().keeping().stream()
                                        .anyMatch(own::contains))) {
            return false;
        }
        for (String unit : own) {
            if (!worksAtLast(unit)) {
                return false;
            }
            acquitted.add(unit);
        }
        for (String unit : others) {
            if (!works(unit, LEAST)) {
                return false;
            }
            acquitted.add(unit);
        }
        return true;
    }

    private boolean worksAtLast(String unit) throws IOException {
        ports.progress()
                .step(unit + " failed; starting it again, to see whether the drop is the reason");
        Duration steady = steady(unit);
        for (int start = 1; start <= STARTS; start++) {
            if (works(unit, steady)) {
                return true;
            }
        }
        return false;
    }

    private boolean works(String unit, Duration steady) throws IOException {
        return ports.starter().startAgain(after.snapshot().container(), unit, steady, timeout);
    }

    /// Whether its own program failed; what systemd or the kernel refuses is refused each time.
    private boolean failedByItself(String name) {
        UnitState unit = after.systemd().unit(name);
        return unit != null
                && Outcome.of(unit) == Outcome.FAILED
                && OwnFailure.is(unit, after)
                && steady(name).compareTo(timeout) < 0;
    }

    /// Returns twice as long as it went on before it failed, and some more.
    private Duration steady(String name) {
        Activation last = detail(name).activation();
        long micros = last.deactivatedMicros() - last.activatedMicros();
        return LEAST.plus(Duration.ofNanos(2_000 * Math.max(0, micros)));
    }

    private UnitDetail detail(String name) {
        UnitState unit = after.systemd().unit(name);
        return unit == null ? UnitDetail.UNREAD : unit.detail();
    }
}
