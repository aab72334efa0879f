package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A policy for all containers.
public record Policy(CapabilitySet forbidden, List<Acceptance> accepted) {
    public static final Policy NONE = new Policy(CapabilitySet.EMPTY, List.of());

    public Policy {
        accepted = List.copyOf(accepted);
    }

    /// A finding that somebody accepts: of a unit, or that a forbidden capability is held.
    ///
    /// @param target the container, as `lxc:NAME`; empty for all
    /// @param unit empty where it is about a capability
    /// @param finding the word for the unit's cause; empty where it is about a capability
    /// @param capability null where it is about a unit
    /// @param reason why, in the words of who accepts it
    /// @param until the last day on which it is accepted, in UTC
    public record Acceptance(
            String target,
            String unit,
            String finding,
            @Nullable Capability capability,
            String reason,
            LocalDate until) {
        public Acceptance {
            if (unit.isEmpty() == (capability == null) || unit.isEmpty() != finding.isEmpty()) {
                throw new IllegalArgumentException(
                        "either a unit with its finding or a capability is accepted");
            }
        }

        public boolean hasExpired(LocalDate today) {
            return today.isAfter(until);
        }
    }

    /// Returns the acceptance of a unit's finding that ends last; null where there is none.
    public @Nullable Acceptance of(String container, String unit, String finding) {
        return last(container, one -> one.unit.equals(unit) && one.finding.equals(finding));
    }

    /// Returns the acceptance of a forbidden capability that ends last; null where there is none.
    public @Nullable Acceptance of(String container, Capability held) {
        return last(container, one -> held.equals(one.capability));
    }

    private @Nullable Acceptance last(String container, Predicate<Acceptance> meant) {
        return accepted.stream()
                .filter(one -> one.target.isEmpty() || one.target.equals(container))
                .filter(meant)
                .max(Comparator.comparing(Acceptance::until))
                .orElse(null);
    }

    /// Whether nobody can say what the container holds or its next start gives it.
    public boolean cannotJudge(Snapshot snapshot) {
        boolean seen = snapshot.privileged() || snapshot.unprivileged();
        return !forbidden.isEmpty() && !seen && NextStart.of(snapshot).configured() == null;
    }

    public CapabilitySet heldNow(Snapshot snapshot) {
        return snapshot.held().intersect(forbidden);
    }

    /// Returns the forbidden capabilities that the container's next start gives it; none where its
    /// configuration is not known or does not load.
    public CapabilitySet heldNext(Snapshot snapshot) {
        NextStart next = NextStart.of(snapshot);
        EffectiveCapabilities configured = next.configured();
        return configured == null || !configured.loads()
                ? CapabilitySet.EMPTY
                : next.bounding().intersect(forbidden);
    }
}
