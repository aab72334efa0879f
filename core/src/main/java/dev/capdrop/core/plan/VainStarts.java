package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.forecast.Outlook;
import dev.capdrop.core.plan.Losses.Work;
import dev.capdrop.core.plan.StartReview.VainStart.Evidence;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.KernelRefusal;
import java.util.List;
import java.util.Set;

/// Finds the units that the next start of a container starts in vain: in one that runs, those that
/// are skipped now and will find the capability that they ask for; in one of which files were read,
/// the oneshots that ask for one that is worth nothing, and what those files skip for want of a
/// capability that the start gives. A unit that ends well whatever its commands do (modprobe@)
/// harms nobody.
///
/// @param held what PID 1 holds then and, where it runs, is without now
/// @param news what PID 1 holds then beyond what it holds now, or its files were read for
record VainStarts(
        Systemd systemd, Work work, CapabilitySet held, CapabilitySet news, Outlook next) {
    static VainStarts of(Observed seen, CapabilitySet bounding) {
        Systemd systemd = seen.systemd();
        CapabilitySet news = bounding.minus(seen.init().bounding());
        return new VainStarts(
                systemd,
                new Work(seen.snapshot()),
                isOfFiles(systemd) ? bounding : news,
                news,
                new Outlook(bounding, systemd.nextBoot(), false));
    }

    private static boolean isOfFiles(Systemd systemd) {
        return systemd.source() == Systemd.Source.FILES;
    }

    List<StartReview.VainStart> all(Set<String> failed) {
        return systemd.units().stream()
                .filter(this::contains)
                .map(unit ->
                        new StartReview.VainStart(
                                unit.name(),
                                asked(unit),
                                !isOfFiles(systemd),
                                evidence(unit, failed)))
                .toList();
    }

    boolean contains(UnitState unit) {
        return !held.isEmpty()
                && unit.loaded()
                && !asked(unit).isEmpty()
                && (isOfFiles(systemd)
                        ? isStartedOneshot(unit)
                                || (Outcome.of(unit) == Outcome.SKIPPED
                                        && !work.askedInVain(unit).intersect(news).isEmpty())
                        : (unit.detail().activation().conditionMicros() > 0
                                && (Outcome.of(unit) == Outcome.SKIPPED || isForgotten(unit))))
                && !Execution.of(unit).endsWellAnyway()
                && isAllowed(unit);
    }

    List<UnitState> undecided() {
        return systemd.units().stream()
                .filter(unit -> isOfFiles(systemd) && unit.loaded())
                .filter(unit -> !asked(unit).isEmpty() && isAllowed(unit))
                .filter(unit -> Outcome.of(unit).isUp() && !isStartedOneshot(unit))
                .toList();
    }

    /// Whether its failure was forgotten, as at a live step: conditions and exit status are still
    /// those of that start.
    private static boolean isForgotten(UnitState unit) {
        UnitDetail.Exit exit = unit.detail().exit();
        return Outcome.of(unit) == Outcome.INACTIVE
                && (KernelRefusal.ofUnit(unit.name(), unit.detail().settings())
                        || (exit != null
                                && exit.code() == UnitDetail.Exit.EXITED
                                && exit.status() != 0));
    }

    private static boolean isStartedOneshot(UnitState unit) {
        return Outcome.of(unit).isUp() && Execution.of(unit).isOneshot();
    }

    private boolean isAllowed(UnitState unit) {
        Condition.Result result = next.list(unit.conditions());
        return result != Condition.Result.FAILED && result != Condition.Result.ERROR;
    }

    private CapabilitySet asked(UnitState unit) {
        return work.askedInVain(unit).intersect(held);
    }

    /// Returns the evidence for a unit that is surely started.
    private Evidence evidence(UnitState unit, Set<String> failed) {
        UnitDetail detail = unit.detail();
        if (!detail.isRead() || next.list(unit.conditions()) != Condition.Result.SUCCEEDED) {
            return Evidence.NONE;
        }
        if (KernelRefusal.ofUnit(unit.name(), detail.settings())) {
            return Evidence.KERNEL;
        }
        return failed.contains(unit.name()) ? Evidence.JOURNAL : Evidence.NONE;
    }
}
