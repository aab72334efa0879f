package dev.capdrop.core.trial;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// A capability that no copy missed, and that the container was seen to use at its work: probes
/// which had the same units use it, and passed without, settle it.
public record SeenAtWork(Capability capability, List<Use> uses) {
    /// A user of it; `times` is [Long#MAX_VALUE] where a later version of this program knows.
    public record Use(String unit, long times, boolean probed) {}

    /// Whether all that used it did so for a probe, too.
    public boolean settled() {
        return uses.stream().allMatch(Use::probed);
    }

    /// Returns those of a drop, by what was learnt, if anything, and by whether a probe had a unit
    /// use a capability.
    public static List<SeenAtWork> of(
            @Nullable UseHistory learnt,
            CapabilitySet drop,
            BiPredicate<String, Capability> probed) {
        List<SeenAtWork> all = new ArrayList<>();
        for (Capability capability : learnt == null ? CapabilitySet.EMPTY : drop) {
            List<Use> uses = new ArrayList<>();
            for (UnitHistory unit : learnt == null ? List.<UnitHistory>of() : learnt.units()) {
                long times = unit.usedAtWork(capability.number());
                if (times > 0) {
                    boolean asked = probed.test(unit.unit(), capability);
                    uses.add(new Use(unit.unit(), times, asked));
                }
            }
            if (!uses.isEmpty()) {
                all.add(new SeenAtWork(capability, uses));
            }
        }
        return all;
    }
}
