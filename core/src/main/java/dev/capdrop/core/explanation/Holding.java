package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Snapshot;

/// What one container holds and what of it is worth anything there: a column of the matrix of a
/// host's containers and the capabilities. Of one that does not run, what its next start gives it.
///
/// @param target as the command line takes it
/// @param running whether it runs
/// @param unprivileged whether it has a user namespace of its own
/// @param bounding the bounding set
/// @param useless what of it the kernel never or hardly ever honours there
/// @param asked what the conditions of its units ask for (`ConditionCapability=`); empty where its
///   units are not known
/// @param used what something in it was seen to use, where it was watched; empty where nobody has
public record Holding(
        String target,
        boolean running,
        boolean unprivileged,
        CapabilitySet bounding,
        CapabilitySet useless,
        CapabilitySet asked,
        CapabilitySet used) {
    /// What a capability is to a container.
    public enum Mark {
        HONOURED,
        NEVER_HONOURED,
        NOT_HELD
    }

    /// Of the container of this snapshot.
    public static Holding of(Snapshot snapshot) {
        ContainerExplanation container = ContainerExplanation.of(snapshot);
        CapabilitySet asked = CapabilitySet.EMPTY;
        for (Naming naming : container.namings()) {
            asked =
                    naming.kind() == Naming.Kind.CONDITION
                            ? asked.with(naming.capability())
                            : asked;
        }
        ContainerExplanation.Useless useless = container.useless();
        return new Holding(
                snapshot.container().target(),
                snapshot.running(),
                container.unprivileged(),
                container.sets().bounding(),
                useless.inert().union(useless.nearlyInert()),
                asked,
                used(snapshot));
    }

    /// What something in a container was seen to use; nothing where nobody has watched it.
    public static CapabilitySet used(Snapshot snapshot) {
        UseHistory learnt = snapshot.learnt();
        return learnt == null ? CapabilitySet.EMPTY : learnt.used();
    }

    /// What this capability is to it.
    public Mark mark(Capability capability) {
        if (!bounding.contains(capability)) {
            return Mark.NOT_HELD;
        }
        return useless.contains(capability) ? Mark.NEVER_HONOURED : Mark.HONOURED;
    }
}
