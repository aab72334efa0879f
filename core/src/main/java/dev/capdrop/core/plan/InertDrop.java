package dev.capdrop.core.plan;

import dev.capdrop.core.capability.Capability;
import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.ExitStatus;
import java.util.ArrayList;
import java.util.List;

/// Goal `inert`: every capability that the kernel never honours in the container, except where
/// something would miss it all the same.
///
/// What the knowledge of engines, files and the runtime lets go is then tried on the forecast: a
/// capability without which a unit is lost, or is no longer certain, is kept.
///
/// @param drop what can go
/// @param kept what was looked at and stays, by number
record InertDrop(CapabilitySet drop, List<Kept> kept) {
    static final InertDrop NONE = new InertDrop(CapabilitySet.EMPTY, List.of());

    InertDrop {
        kept = List.copyOf(kept);
    }

    /// @param base PID 1's bounding set at the next boot, without what the request drops by name
    /// @throws IllegalArgumentException when the programs in the container are not known
    static InertDrop of(WhatIf whatIf, Request request, CapabilitySet base, Losses losses) {
        Need need = Need.of(whatIf.snapshot());
        List<Kept> kept = new ArrayList<>();
        CapabilitySet free = CapabilitySet.EMPTY;
        for (Capability capability : base) {
            if (Need.isInQuestion(capability)) {
                Kept needed = need.forIt(capability, request.keep());
                if (needed == null) {
                    free = free.with(capability);
                } else {
                    kept.add(needed);
                }
            }
        }
        return new Trial(whatIf, base, losses).of(free, kept);
    }

    /// Tries what could go on the forecast.
    private record Trial(WhatIf whatIf, CapabilitySet base, Losses losses) {
        InertDrop of(CapabilitySet free, List<Kept> kept) {
            List<String> anyway = lost(CapabilitySet.EMPTY);
            if (lost(free).equals(anyway)) {
                return new InertDrop(free, kept);
            }
            CapabilitySet drop = CapabilitySet.EMPTY;
            List<Kept> all = new ArrayList<>(kept);
            for (Capability capability : free) {
                List<String> lost = new ArrayList<>(lost(drop.with(capability)));
                lost.removeAll(anyway);
                if (lost.isEmpty()) {
                    drop = drop.with(capability);
                } else {
                    all.add(new Kept(capability, Kept.By.UNIT, lost, why(drop, capability, lost)));
                }
            }
            all.sort((a, b) -> a.capability().compareTo(b.capability()));
            return new InertDrop(drop, all);
        }

        private List<String> lost(CapabilitySet drop) {
            return losses.possible(whatIf.forecast(base.minus(drop)));
        }

        private String why(CapabilitySet drop, Capability capability, List<String> lost) {
            Forecast forecast = whatIf.forecast(base.minus(drop.with(capability)));
            String unit = lost.getFirst();
            Effect effect = forecast.effect(unit);
            if (effect != null) {
                String status =
                        effect.status() == 0 ? "" : " with " + ExitStatus.format(effect.status());
                return unit + " would be " + effect.after().word() + status + ": " + effect.why();
            }
            for (Undecided open : forecast.undecided()) {
                if (open.unit().equals(unit)) {
                    return "what becomes of " + unit + " could not be said: " + open.why();
                }
            }
            return unit + " would not start again";
        }
    }
}
