package dev.capdrop.core.trial;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The result of a trial: all boots in their order, and why it ended early, one clause or empty.
public record TrialResult(
        CapabilitySet tried, List<Needed> needed, List<Boot> boots, String unfinished) {
    /// A capability that is kept, and the boot that failed for want of it alone; null for none.
    public record Needed(Capability capability, @Nullable Boot without) {}

    public CapabilitySet drop() {
        return tried.minus(CapabilitySet.of(needed.stream().map(Needed::capability).toList()));
    }

    /// Whether each capability that is kept is shown to be needed, and the rest not to be.
    public boolean proven() {
        return unfinished.isEmpty() && needed.stream().allMatch(one -> one.without() != null);
    }

    /// A boot of a copy with fewer capabilities than the container.
    ///
    /// @param number of all boots of the trial, from 1 on
    /// @param seconds how long the boot took, with what was looked at
    public record Boot(int number, CapabilitySet dropped, List<Loss> losses, long seconds) {
        public boolean works() {
            return losses.isEmpty();
        }

        /// Whether the copy came up and its boot ended, whatever was lost.
        public boolean ended() {
            return losses.stream().noneMatch(loss -> loss.kind() == Loss.Kind.BOOT);
        }
    }

    /// A loss by fewer capabilities: of a unit, a probe's command or the copy, which has no name.
    public record Loss(Kind kind, String name, String before, String after) {
        public enum Kind {
            UNIT,
            PROBE,
            BOOT,
            SHUTDOWN;

            public String word() {
                return ResourceTable.word(this);
            }
        }

        public String sentence() {
            String what =
                    switch (kind) {
                        case UNIT -> name;
                        case PROBE -> "'" + name + "'";
                        case BOOT, SHUTDOWN -> "the " + kind.word();
                    };
            return what + ": " + before + " -> " + after;
        }
    }

    /// A capability that no copy missed, and that the container was seen to use at its work: probes
    /// which had the same units use it, and passed without, settle it.
    public record SeenAtWork(Capability capability, List<Use> uses) {
        /// A user of it; `times` is [Long#MAX_VALUE] where a later version of this program knows.
        public record Use(String unit, long times, boolean probed) {}

        public boolean settled() {
            return uses.stream().allMatch(Use::probed);
        }

        /// Returns those of a drop, by what was learnt, if anything, and by whether a probe had a
        /// unit use a capability.
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
}
