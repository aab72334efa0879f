package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import java.util.List;
import java.util.Set;

/// A look ahead at a container's next start, of which its running tells nothing: its configuration
/// may have lost what keeps it healthy, or drop what it needs.
///
/// @param returns what PID 1 is without and holds then
/// @param leaves what PID 1 holds and is without then
/// @param inVain the units that are started in vain then
/// @param losses the units that work now and may not then
public record StartReview(
        CapabilitySet returns,
        CapabilitySet leaves,
        List<VainStart> inVain,
        List<Loss> losses,
        Confinement confinement) {
    public static final StartReview SAME =
            new StartReview(
                    CapabilitySet.EMPTY,
                    CapabilitySet.EMPTY,
                    List.of(),
                    List.of(),
                    Confinement.NONE);

    /// The units that a profile of AppArmor without nesting keeps, or may keep, from starting in a
    /// container of which only files were read; `remedy`: what allows them, as its configuration
    /// says it.
    public record Confinement(List<String> fail, List<String> units, String remedy) {
        public static final Confinement NONE = new Confinement(List.of(), List.of(), "");

        public boolean isEmpty() {
            return fail.isEmpty() && units.isEmpty();
        }
    }

    /// A unit that works now, and is known to be lost (`certain`) or may be.
    public record Loss(String unit, boolean certain, String why) {}

    /// Returns the review of a start of which it is known what PID 1 holds then.
    ///
    /// @throws dev.capdrop.core.snapshot.TimeLimit.OverdueException when its time is over
    public static StartReview of(
            Forecaster forecaster, CapabilitySet next, Set<String> failed, Set<String> givenUp) {
        Observed seen = forecaster.seen();
        CapabilitySet held = seen.init().bounding();
        CapabilitySet leaves = held.minus(next);
        return new StartReview(
                next.minus(held),
                leaves,
                VainStarts.of(seen, next).all(failed),
                leaves.isEmpty() ? List.of() : losses(forecaster, next, givenUp),
                confinement(seen));
    }

    private static Confinement confinement(Observed seen) {
        Systemd systemd = seen.systemd();
        AppArmorLimits limits = AppArmorLimits.of(seen.snapshot());
        Confinement found =
                new Confinement(
                        limits.units(systemd, true), limits.units(systemd, false), limits.remedy());
        return found.isEmpty() ? Confinement.NONE : found;
    }

    private static List<Loss> losses(
            Forecaster forecaster, CapabilitySet next, Set<String> givenUp) {
        Forecast forecast = forecaster.forecast(next);
        Losses losses = new Losses(forecaster.seen(), givenUp);
        List<String> certain = losses.certain(forecast);
        return losses.possible(forecast).stream()
                .map(unit -> new Loss(unit, certain.contains(unit), forecast.fate(unit)))
                .toList();
    }

    /// Whether somebody should look at it before that start comes.
    public boolean hasFindings() {
        return !inVain.isEmpty() || !losses.isEmpty() || !confinement.isEmpty();
    }

    public CapabilitySet blamed() {
        return CapabilitySet.unionOf(inVain.stream().map(VainStart::capabilities));
    }

    public boolean fails() {
        return inVain.stream().anyMatch(VainStart::certain);
    }

    /// A unit that the next start starts in vain: it asks for a capability that PID 1 holds and no
    /// process can use. `again`: whether it is skipped now because PID 1 is without it.
    public record VainStart(
            String unit, CapabilitySet capabilities, boolean again, Evidence evidence) {
        public enum Evidence {
            /// The kernel refuses what it is for.
            KERNEL,
            /// It had failed before capdrop's change, with the capability held.
            JOURNAL,
            /// No file tells what its program makes of the refusal.
            NONE;

            public String word() {
                return ResourceTable.word(this);
            }
        }

        boolean certain() {
            return evidence != Evidence.NONE;
        }
    }
}
